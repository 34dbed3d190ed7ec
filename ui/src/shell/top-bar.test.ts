import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { undoOrRedo } from "../components/shortcuts";
import { faults } from "../components/testing/axe";
import { undoing } from "../features/decisions/undo.svelte";
import { reachability } from "../features/sync/reachability.svelte";
import { syncStall } from "../features/sync/stall.svelte";
import { syncCounts } from "../features/sync/sync-counts.svelte";
import type { NextUndo, Problem, Reachability, Session, WaitsFor } from "../ipc";
import { anEntry, anOutcome, saved } from "../ipc/testing/directory";
import { aSession, Fake, Pending, problem } from "../ipc/testing/fake";
import { messages } from "../lib/messages.svelte";
import { network } from "../lib/network.svelte";
import Navigation from "./Navigation.svelte";
import SyncsButton from "./SyncsButton.svelte";
import TopBar from "./TopBar.svelte";

function show(of: Partial<Session>) {
  new Fake({});
  const nothing = () => undefined;
  render(TopBar, { session: aSession(of), onswitch: nothing, onclose: nothing, onsearch: nothing });
}

describe("the top bar", () => {
  it("names the server that is used instead of TikTok's", async () => {
    show({ otherServer: "https://evil.example" });
    expect(screen.getByRole("note")).toHaveTextContent("Not TikTok: https://evil.example");
    expect(await faults()).toEqual([]);
  });

  it("has no note while TikTok's servers are used", () => {
    show({});
    expect(screen.queryByRole("note")).toBeNull();
  });

  describe("Undo and Redo", () => {
    const asked = { action: "undo", keep: [], also: [], defaultReplacements: [] };

    async function showNext(next: NextUndo) {
      const fake = new Fake({ next_undo: () => next, commit: () => saved({}, "change-9") });
      const stop = undoing.watch();
      const nothing = () => undefined;
      render(TopBar, { session: aSession({}), onswitch: nothing, onclose: nothing, onsearch: nothing });
      await waitFor(() => expect(fake.argsOf("next_undo").length).toBeGreaterThan(0));
      return { fake, stop, user: userEvent.setup() };
    }
    const button = (name: string) => screen.getByRole("button", { name });
    const undone = anEntry(2, { isUndo: true });

    it("name their change, and preview one that was not just made", async () => {
      const { fake, stop, user } = await showNext({ undo: anEntry(1), skips: false, redo: undone });
      await waitFor(() => expect(button("Undo")).toBeEnabled());
      expect(button("Undo")).toHaveAttribute("title", "Undo: added XPO account Acme (Ctrl+Z)");
      expect(button("Redo")).toHaveAttribute("title", "Redo: added XPO account Acme (Ctrl+Shift+Z)");
      expect(await faults()).toEqual([]);
      await user.click(button("Undo"));
      expect(undoing.asked).toBe("change-1");
      expect(fake.argsOf("commit")).toEqual([]);
      stop();
    });

    it("undo a small change that was just made at once, and preview a large one", async () => {
      const { fake, stop, user } = await showNext({
        undo: anEntry(1, { edits: 3 }),
        skips: false,
        redo: null,
      });
      undoing.saved("Success: added.", "change-1");
      await waitFor(() => expect(button("Undo")).toBeEnabled());
      expect(button("Redo")).toBeDisabled();
      await user.click(button("Undo"));
      await waitFor(() =>
        expect(fake.argsOf("commit")).toEqual([{ action: { ...asked, change: "change-1" } }]),
      );
      await waitFor(() => expect(undoing.busy).toBe(false));
      for (const next of [
        { undo: anEntry(1, { edits: 285 }), skips: false, redo: null },
        // A later one cannot be undone, so this is not what was done last.
        { undo: anEntry(1, { edits: 3 }), skips: true, redo: null },
      ]) {
        undoing.asked = null;
        undoing.next = next;
        await user.click(button("Undo"));
        expect(undoing.asked).toBe("change-1");
      }
      expect(fake.argsOf("commit")).toHaveLength(1);
      stop();
    });

    it("wait for a save, and undo what it saved, not the change before", async () => {
      const { fake, stop } = await showNext({ undo: anEntry(1), skips: false, redo: null });
      undoing.saved("Success: added.", "change-1");
      const save = new Pending<null>();
      const saving = undoing.saving(save.answer());
      const pressed = undoing.top("undo");
      fake.answers.next_undo = () => ({ undo: anEntry(2), skips: false, redo: null });
      undoing.saved("Success: added.", "change-2");
      await new Promise((resolve) => setTimeout(resolve));
      expect(fake.argsOf("commit")).toEqual([]);
      save.resolve(null);
      await Promise.all([saving, pressed]);
      expect(fake.argsOf("commit")).toEqual([{ action: { ...asked, change: "change-2" } }]);
      expect(messages.list.at(-1)?.text, "Rust names the change").toBe("Changed Acme.");
      stop();
    });

    it("are no longer offered by the message once Rust says that they can't be done", async () => {
      const { fake, stop } = await showNext({ undo: anEntry(1), skips: false, redo: undone });
      const offers = () => messages.list.map(({ text, action }) => [text, action?.label]);
      undoing.saved("Success: added.", "change-1");
      undoing.done("change-2", anOutcome({ summary: "Undid: added XPO account Acme" }), false);
      await fake.changed("decisions");
      await waitFor(() => expect(fake.argsOf("undoable").at(-1)).toEqual({ changes: ["change-2"] }));
      expect(offers()).toEqual([["Undid: added XPO account Acme.", "Redo"]]);
      fake.answers.undoable = () => [];
      await fake.changed("decisions");
      await waitFor(() => expect(offers()).toEqual([["Undid: added XPO account Acme.", undefined]]));
      stop();
    });

    it("have shortcuts, which leave typing to fields", () => {
      const press = (key: string, more: KeyboardEventInit = {}, target: Element = document.body) => {
        const event = new KeyboardEvent("keydown", { key, ctrlKey: true, bubbles: true, ...more });
        let found: string | null = null;
        const read = (pressed: KeyboardEvent) => (found = undoOrRedo(pressed));
        document.addEventListener("keydown", read, { once: true });
        target.dispatchEvent(event);
        return found;
      };
      expect(press("z")).toBe("undo");
      expect(press("Z", { shiftKey: true })).toBe("redo");
      expect(press("я", { code: "KeyZ" })).toBe("undo");
      expect(press("z", { ctrlKey: false })).toBeNull();
      expect(press("z", { altKey: true })).toBeNull();
      for (const [name, type] of [
        ["input", "text"],
        ["textarea", ""],
      ] as const) {
        const field = document.body.appendChild(document.createElement(name));
        if (type) field.setAttribute("type", type);
        expect(press("z", {}, field)).toBeNull();
        field.remove();
      }
    });
  });

  it("says Online only after TikTok has responded, and otherwise what is wrong", async () => {
    const unreachable = (waitsFor: WaitsFor, code: "offline" | "certificate" | "clock"): Reachability => ({
      state: "unreachable",
      waitsFor,
      problem: problem(code),
    });
    let state: Reachability = { state: "checking" };
    const nothing = () => undefined;
    const fake = new Fake({ reachability: () => state });
    const stop = reachability.watch();
    render(TopBar, { session: aSession(), onswitch: nothing, onclose: nothing, onsearch: nothing });
    const pill = screen.getByRole("status");
    await waitFor(() => expect(pill).toHaveTextContent("Checking…"));
    for (const [next, label] of [
      [{ state: "online" }, "Online"],
      [{ state: "not_set_up" }, "Not connected"],
      [unreachable("network", "offline"), "TikTok unreachable"],
      [unreachable("certificate", "certificate"), "Certificate not trusted"],
      [unreachable("clock", "clock"), "Wrong date or time"],
    ] as [Reachability, string][]) {
      state = next;
      await fake.changed("jobs");
      await waitFor(() => expect(pill).toHaveTextContent(label));
    }
    network.online = false;
    await waitFor(() => expect(pill).toHaveTextContent("Offline"));
    network.online = true;
    stop();
  });
});

describe("the syncs in the top bar", () => {
  it("say why none can start", async () => {
    let stall: Problem | null = problem("disk_full");
    const counts = { running: 0, queued: 3, waiting: 0, overdue: 0, failed: 0 };
    const fake = new Fake({ sync_counts: () => counts, sync_stall: () => stall });
    const stops = [syncCounts.watch(), syncStall.watch(["jobs"])];
    render(SyncsButton);
    expect(
      await screen.findByRole("button", { name: "Syncs: 3 waiting. Syncs can't start: The disk is full" }),
    ).toBeVisible();
    expect(await faults()).toEqual([]);
    stall = null;
    await fake.changed("jobs");
    expect(await screen.findByRole("button", { name: "Syncs: 3 waiting" })).toBeVisible();
    stops.forEach((stop) => stop());
  });
});

describe("the navigation", () => {
  it("marks TikTok Accounts while a TikTok user has to sign in again", async () => {
    let state = "needs_authorization";
    const fake = new Fake({ tiktok_users: () => [{ id: "1", name: "Maria", state }] });
    render(Navigation);
    const link = screen.getByRole("button", { name: "TikTok Accounts" });
    await waitFor(() =>
      expect(link).toHaveAccessibleDescription("TikTok Accounts: 1 TikTok user has to sign in again"),
    );
    expect(await faults()).toEqual([]);
    state = "connected";
    await fake.changed("users");
    await waitFor(() => expect(link).not.toHaveAccessibleDescription(/sign in/));
  });
});
