import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { faults } from "../../components/testing/axe";
import { Fake, fails, Pending, problem } from "../../ipc/testing/fake";
import { commands } from "../../ipc";
import { messages } from "../../lib/messages.svelte";
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

  it("saves quick changes in their order", async () => {
    const saving = new Pending<null>();
    const { fake, user } = show({ save_preferences: saving.answer });
    await user.click(await notices());
    await user.click(await tray());
    expect(fake.argsOf("save_preferences")).toHaveLength(1);
    saving.reject(problem("disk_full"));
    await waitFor(() => expect(fake.argsOf("save_preferences")).toHaveLength(2));
    saving.resolve(null);
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("Saved."));
    expect(fake.argsOf("save_preferences").at(-1)).toEqual({
      preferences: { notices: false, keepRunning: true, semicolons: false },
    });
    expect(await notices()).not.toBeChecked();
  });

  it("keeps a change that waits for a save while the settings are read again", async () => {
    const saving = new Pending<null>();
    let stored = { notices: true, keepRunning: false, semicolons: false };
    const fake = new Fake({ preferences: () => stored, save_preferences: saving.answer });
    const settings = new InstantSettings(commands.preferences, commands.savePreferences);
    await settings.read();
    const changes = [settings.change({ notices: false }), settings.change({ keepRunning: true })];
    stored = { ...stored, notices: false };
    await settings.read();
    expect(settings.value).toEqual({ ...stored, keepRunning: true });
    saving.resolve(null);
    await waitFor(() => expect(fake.argsOf("save_preferences")).toHaveLength(2));
    stored = { ...stored, keepRunning: true, semicolons: true };
    saving.resolve(null);
    await Promise.all(changes);
    await waitFor(() => expect(settings.value, "as it is stored now").toEqual(stored));
  });

  it("reverts two quick changes that cannot be saved", async () => {
    const saving = new Pending<null>();
    const { user } = show({ save_preferences: saving.answer });
    await user.click(await notices());
    await user.click(await tray());
    saving.reject(problem("disk_full"));
    await waitFor(() => expect(messages.list.at(-1)?.text).toMatch(/^The disk is full\./));
    saving.reject(problem("disk_full"));
    await waitFor(async () => expect(await tray()).not.toBeChecked());
    expect(await notices()).toBeChecked();
  });

  it("reverts a change that cannot be saved, and says why", async () => {
    const { user } = show({ save_preferences: fails("disk_full") });
    await user.click(await notices());
    await waitFor(() => expect(messages.list.at(-1)?.text).toMatch(/^The disk is full\./));
    expect(await notices()).toBeChecked();
    await user.click(screen.getByRole("radio", { name: "Semicolon" }));
    await waitFor(() => expect(screen.getByRole("radio", { name: "Comma" })).toBeChecked());
  });
});
