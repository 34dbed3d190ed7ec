import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import App from "./App.svelte";
import { shortcuts, writtenKeys, type ShortcutName } from "./components/shortcuts";
import { openDialogs } from "./components/overlay/open-dialogs.svelte";
import { faults } from "./components/testing/axe";
import { help } from "./features/app/help.svelte";
import { router } from "./features/app/router.svelte";
import { aSession, Fake, fails, Pending, withOverview, type Answers } from "./ipc/testing/fake";
import { preloadScreens } from "./shell/screens";

await preloadScreens();

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
    help.listing = false;
  });

  it("explains what a report contains before it is saved, and says where it is afterwards", async () => {
    const { fake, user } = start({ save_support_report: () => PATH, show_in_folder: () => null });
    expect(await ask(user)).toHaveTextContent("Nothing is sent");
    expect(await faults()).toEqual([]);
    expect(fake.argsOf("save_support_report")).toHaveLength(0);
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText(`Report saved: ${PATH}`)).toBeVisible();
    expect(screen.queryByRole("dialog")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Show in folder" }));
    expect(fake.argsOf("show_in_folder")).toEqual([{ path: PATH }]);
  });

  it("lists every shortcut, from its menu and with Ctrl+/", async () => {
    const { user } = start();
    await user.click(await screen.findByRole("button", { name: "Help" }));
    await user.click(await screen.findByRole("menuitem", { name: "Keyboard shortcuts" }));
    const dialog = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
    for (const name of Object.keys(shortcuts) as ShortcutName[]) {
      const row = within(dialog).getByText(shortcuts[name].does).parentElement;
      for (const keys of writtenKeys(name)) expect(row).toHaveTextContent(keys);
    }
    expect(within(dialog).getByText("Redo the last undo").parentElement).toHaveTextContent("Ctrl+Shift+Z");
    expect(await faults()).toEqual([]);
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await user.keyboard("{Control>}/{/Control}");
    expect(await screen.findByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  });

  it("says why a report cannot be saved, and keeps the dialog open", async () => {
    const { user } = start({ save_support_report: fails("disk_full") });
    const dialog = await ask(user);
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByRole("alert")).toBeVisible();
    expect(dialog).toBeVisible();
  });

  it("offers another folder when the downloads folder is unusable, and saves the report there", async () => {
    const { fake, user } = start({
      save_support_report: fails("export_folder", { subject: "/home/me/Downloads" }),
      use_another_export_folder: () => null,
    });
    await ask(user);
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("“/home/me/Downloads” is missing");
    fake.answers.save_support_report = () => PATH;
    await user.click(screen.getByRole("button", { name: "Save to another folder" }));
    expect(await screen.findByText(`Report saved: ${PATH}`)).toBeVisible();
    expect(fake.argsOf("use_another_export_folder")).toHaveLength(1);
  });

  it("saves a report from the partner picker too, without an open partner", async () => {
    const { fake, user } = start({ session: () => null, save_support_report: () => PATH });
    await user.click(await screen.findByRole("button", { name: "Save a report for support" }));
    await user.click(await screen.findByRole("button", { name: "Save" }));
    expect(await screen.findByText(`Report saved: ${PATH}`)).toBeVisible();
    expect(fake.argsOf("save_support_report")).toHaveLength(1);
  });

  it("offers the report in the search palette", async () => {
    const { user } = start();
    await screen.findByRole("button", { name: "Help" });
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox"), "report");
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("dialog", { name: "Save a report for support" })).toBeVisible();
  });

  it("shows the setup guide again after it was hidden", async () => {
    const { user } = start();
    const title = { name: "Get started in five steps" };
    await user.click(await screen.findByRole("button", { name: "Hide setup guide" }));
    expect(screen.queryByRole("heading", title)).toBeNull();
    await user.click(screen.getByRole("button", { name: "Help" }));
    await user.click(await screen.findByRole("menuitem", { name: "Show setup guide" }));
    expect(await screen.findByRole("heading", title)).toBeVisible();
  });

  it("shows its version, and offers no updates when the build does not support them", async () => {
    const { user } = start();
    await user.click(await screen.findByRole("button", { name: "Help" }));
    expect(await screen.findByText("XPO Admin 0.1.0")).toBeVisible();
    expect(screen.queryByRole("menuitem", { name: "Check for updates" })).toBeNull();
  });

  it.each([
    ["install", "Install and restart"],
    ["download", "Open download page"],
  ])(
    "says at the start that there is a newer version, and %ss it when the admin chooses to",
    async (updates, label) => {
      const { fake, user } = start({
        this_version: () => ({ version: "0.1.0", updates }),
        newer_version: () => "0.2.0",
        download_newer_version: () => true,
        install_newer_version: () => null,
      });
      expect(await screen.findByText("Version 0.2.0 is available.")).toBeVisible();
      expect(fake.argsOf("install_newer_version")).toHaveLength(0);
      await user.click(screen.getByRole("button", { name: label }));
      await waitFor(() => expect(fake.argsOf("install_newer_version")).toHaveLength(1));
      expect(fake.argsOf("download_newer_version")).toHaveLength(updates === "install" ? 1 : 0);
    },
  );

  it("offers to restart when an update is downloaded while changes are unsaved, and asks about them only then", async () => {
    const downloading = new Pending<boolean>();
    const { fake, user } = start({
      this_version: () => ({ version: "0.1.0", updates: "install" }),
      newer_version: () => "0.2.0",
      download_newer_version: downloading.answer,
      install_newer_version: () => null,
    });
    await user.click(await screen.findByRole("button", { name: "Install and restart" }));
    const stop = router.guard(() => true);
    downloading.resolve(true);
    expect(await screen.findByText("The update is downloaded.")).toBeVisible();
    expect(router.waiting).toBeNull();
    await user.click(screen.getByRole("button", { name: "Restart now" }));
    expect(router.waiting).not.toBeNull();
    expect(fake.argsOf("install_newer_version")).toHaveLength(0);
    router.proceed();
    expect(fake.argsOf("install_newer_version")).toHaveLength(1);
    stop();
  });

  it("does not ask whether to leave a dialog with running work when an update is downloaded", async () => {
    const downloading = new Pending<boolean>();
    const { fake, user } = start({
      this_version: () => ({ version: "0.1.0", updates: "install" }),
      newer_version: () => "0.2.0",
      download_newer_version: downloading.answer,
      install_newer_version: () => null,
    });
    await user.click(await screen.findByRole("button", { name: "Install and restart" }));
    const leave = vi.fn();
    const remove = openDialogs.add({ dirty: false, guarded: true, asking: false, leave });
    downloading.resolve(true);
    const restart = await screen.findByRole("button", { name: "Restart now" });
    expect(leave).not.toHaveBeenCalled();
    await user.click(restart);
    expect(leave).toHaveBeenCalledOnce();
    expect(fake.argsOf("install_newer_version")).toHaveLength(0);
    remove();
  });

  it("says that there is no newer version any more when it was withdrawn before the download", async () => {
    const { fake, user } = start({
      this_version: () => ({ version: "0.1.0", updates: "install" }),
      newer_version: () => "0.2.0",
      download_newer_version: () => false,
    });
    await user.click(await screen.findByRole("button", { name: "Install and restart" }));
    expect(await screen.findByText("You have the latest version.")).toBeVisible();
    expect(fake.argsOf("install_newer_version")).toHaveLength(0);
  });

  it("reports a failed check only when the admin asked for it", async () => {
    const { fake, user } = start({
      this_version: () => ({ version: "0.1.0", updates: "install" }),
      newer_version: fails("updates_unreachable"),
    });
    await user.click(await screen.findByRole("button", { name: "Help" }));
    await user.click(await screen.findByRole("menuitem", { name: "Check for updates" }));
    expect(await screen.findByText(/^Can't reach the release server/)).toBeVisible();
    expect(fake.argsOf("newer_version")).toHaveLength(2);
    expect(screen.getAllByText(/^Can't reach the release server/)).toHaveLength(1);
    fake.answers.newer_version = () => null;
    await user.click(screen.getByRole("button", { name: "Help" }));
    await user.click(await screen.findByRole("menuitem", { name: "Check for updates" }));
    expect(await screen.findByText("You have the latest version.")).toBeVisible();
  });
});
