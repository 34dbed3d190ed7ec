import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { undoOrRedo } from "../components/keys";
import { faults } from "../components/testing/axe";
import { undoing } from "../features/decisions/undo.svelte";
import type { NextUndo, Session } from "../ipc";
import { anEntry, saved } from "../ipc/testing/directory";
import { aSession, Fake } from "../ipc/testing/fake";
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
    const asked = { action: "undo", keep: [], also: [], handOvers: [] };

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
      const { fake, stop, user } = await showNext({ undo: anEntry(1), redo: undone });
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
      const { fake, stop, user } = await showNext({ undo: anEntry(1, { edits: 3 }), redo: null });
      undoing.saved("Success: added.", "change-1");
      await waitFor(() => expect(button("Undo")).toBeEnabled());
      expect(button("Redo")).toBeDisabled();
      await user.click(button("Undo"));
      await waitFor(() =>
        expect(fake.argsOf("commit")).toEqual([{ action: { ...asked, change: "change-1" } }]),
      );
      await waitFor(() => expect(undoing.busy).toBe(false));
      undoing.next = { undo: anEntry(1, { edits: 285 }), redo: null };
      await user.click(button("Undo"));
      expect(undoing.asked).toBe("change-1");
      expect(fake.argsOf("commit")).toHaveLength(1);
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
});
