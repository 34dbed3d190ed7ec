import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import App from "./App.svelte";
import { faults } from "./components/testing/axe";
import { help } from "./features/app/help.svelte";
import { aSession, Fake, fails, withOverview, type Answers } from "./ipc/testing/fake";

const PATH = "/home/maria/Downloads/xpo-admin-report-2026-03-01-100000.zip";
const none = { allocated: 0, of: 0 };

function start(answers: Answers = {}) {
  const fake = new Fake({ ...withOverview(none, none), session: () => aSession(), ...answers });
  render(App);
  return { fake, user: userEvent.setup() };
}

async function ask(user: ReturnType<typeof userEvent.setup>) {
  await user.click(await screen.findByRole("button", { name: "Help" }));
  await user.click(await screen.findByRole("menuitem", { name: "Save a report for support" }));
  return screen.findByRole("dialog", { name: "Save a report for support" });
}

describe("Help", () => {
  beforeEach(() => {
    help.version = null;
    help.reporting = false;
  });

  it("says what a report holds before it is saved, and where it is afterwards", async () => {
    const { fake, user } = start({ save_support_report: () => PATH, show_downloads: () => null });
    expect(await ask(user)).toHaveTextContent("Nothing is sent");
    expect(await faults()).toEqual([]);
    expect(fake.argsOf("save_support_report")).toHaveLength(0);
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText(`The report is saved: ${PATH}`)).toBeVisible();
    expect(screen.queryByRole("dialog")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Show in folder" }));
    expect(fake.argsOf("show_downloads")).toHaveLength(1);
  });

  it("says why a report cannot be saved, and stays", async () => {
    const { user } = start({ save_support_report: fails("disk_full") });
    const dialog = await ask(user);
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByRole("alert")).toBeVisible();
    expect(dialog).toBeVisible();
  });

  it("saves a report from the picker too: the partner may be what does not open", async () => {
    const { fake, user } = start({ session: () => null, save_support_report: () => PATH });
    await user.click(await screen.findByRole("button", { name: "Save a report for support" }));
    await user.click(await screen.findByRole("button", { name: "Save" }));
    expect(await screen.findByText(`The report is saved: ${PATH}`)).toBeVisible();
    expect(fake.argsOf("save_support_report")).toHaveLength(1);
  });

  it("finds the report in the search over everything", async () => {
    const { user } = start();
    await screen.findByRole("button", { name: "Help" });
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox"), "report");
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("dialog", { name: "Save a report for support" })).toBeVisible();
  });

  it("brings back first steps that were put away", async () => {
    const { user } = start();
    const title = { name: "Get started in five steps" };
    await user.click(await screen.findByRole("button", { name: "Put the first steps away" }));
    expect(screen.queryByRole("heading", title)).toBeNull();
    await user.click(screen.getByRole("button", { name: "Help" }));
    await user.click(await screen.findByRole("menuitem", { name: "First steps" }));
    expect(await screen.findByRole("heading", title)).toBeVisible();
  });

  it("says which version it is, and offers no newer one where the build does not look for them", async () => {
    const { user } = start();
    await user.click(await screen.findByRole("button", { name: "Help" }));
    expect(await screen.findByText("XPO Admin 0.1.0")).toBeVisible();
    expect(screen.queryByRole("menuitem", { name: "Look for a newer version" })).toBeNull();
  });

  it("installs a newer version when it is told to", async () => {
    const { fake, user } = start({
      this_version: () => ({ version: "0.1.0", updates: true }),
      newer_version: () => "0.2.0",
      install_newer_version: () => null,
    });
    await user.click(await screen.findByRole("button", { name: "Help" }));
    await user.click(await screen.findByRole("menuitem", { name: "Look for a newer version" }));
    expect(await screen.findByText("Version 0.2.0 is there.")).toBeVisible();
    expect(fake.argsOf("install_newer_version")).toHaveLength(0);
    await user.click(screen.getByRole("button", { name: "Install and restart" }));
    expect(fake.argsOf("install_newer_version")).toHaveLength(1);
  });
});
