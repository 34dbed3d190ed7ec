import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { faults } from "../../components/testing/axe";
import { Fake, fails } from "../../ipc/testing/fake";
import { commands } from "../../ipc";
import CsvSection from "./CsvSection.svelte";
import { InstantSettings } from "./instant-settings.svelte";
import NotificationsSection from "./NotificationsSection.svelte";

const notices = () => screen.findByRole("checkbox", { name: /Notify me when long syncs end/ });
const tray = () => screen.findByRole("checkbox", { name: /Keep syncing in the system tray/ });

function show(answers = {}) {
  const fake = new Fake({
    preferences: () => ({ notices: true, keepRunning: false, semicolons: false }),
    save_preferences: () => null,
    ...answers,
  });
  const settings = new InstantSettings(commands.preferences, commands.savePreferences);
  render(NotificationsSection, { settings });
  render(CsvSection, { settings });
  void settings.read();
  return { fake, user: userEvent.setup() };
}

describe("Notifications", () => {
  it("saves each change immediately, and says how to quit without a window", async () => {
    const { fake, user } = show();
    expect(await notices()).toBeChecked();
    await user.click(await tray());
    expect(await screen.findByText(/choose “Quit XPO Admin”/)).toBeVisible();
    expect(fake.argsOf("save_preferences")).toEqual([
      { preferences: { notices: true, keepRunning: true, semicolons: false } },
    ]);
    expect(await faults()).toEqual([]);
  });

  // Trial 9.
  it("saves the separator of CSV files with the latest other preferences", async () => {
    const { fake, user } = show();
    expect(await screen.findByRole("radio", { name: "Comma" })).toBeChecked();
    await user.click(await notices());
    await user.click(screen.getByRole("radio", { name: "Semicolon" }));
    await waitFor(() =>
      expect(fake.argsOf("save_preferences").at(-1)).toEqual({
        preferences: { notices: false, keepRunning: false, semicolons: true },
      }),
    );
    expect(screen.getByRole("radio", { name: "Semicolon" })).toBeChecked();
  });

  it("reverts a change that cannot be saved, and says why", async () => {
    const { user } = show({ save_preferences: fails("disk_full") });
    await user.click(await notices());
    expect(await screen.findByRole("alert")).toBeVisible();
    await waitFor(async () => expect(await notices()).toBeChecked());
  });
});
