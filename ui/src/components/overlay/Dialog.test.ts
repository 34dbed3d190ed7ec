import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { faults } from "../testing/axe";
import DialogHost from "../testing/DialogHost.svelte";
import { openDialogs } from "./open-dialogs.svelte";

async function open() {
  const user = userEvent.setup();
  const onsubmit = vi.fn();
  render(DialogHost, { onsubmit });
  await user.click(screen.getByRole("button", { name: "Rename" }));
  await screen.findByRole("dialog", { name: "Rename fruit" });
  return { user, onsubmit };
}

describe("Dialog", () => {
  it("puts the focus into its first field and keeps it inside", async () => {
    const { user } = await open();
    await waitFor(() => expect(screen.getByLabelText("Name")).toHaveFocus());
    for (let presses = 0; presses < 5; presses += 1) {
      await user.tab();
      expect(screen.getByRole("dialog")).toContainElement(document.activeElement as HTMLElement);
    }
  });

  it("closes with Escape and returns the focus", async () => {
    const { user } = await open();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await waitFor(() => expect(screen.getByRole("button", { name: "Rename" })).toHaveFocus());
  });

  it("marks the page while it is open, so that messages keep clear of its footer", async () => {
    const { user } = await open();
    expect(document.documentElement).toHaveClass("in-dialog");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(document.documentElement).not.toHaveClass("in-dialog"));
  });

  it("submits with Enter", async () => {
    const { user, onsubmit } = await open();
    await user.type(screen.getByLabelText("Name"), "Pear{Enter}");
    expect(onsubmit).toHaveBeenCalledOnce();
  });

  it("does not submit with Enter that is still held since it opened the dialog", async () => {
    await open();
    const enter = { key: "Enter", repeat: true };
    const field = screen.getByLabelText("Name");
    expect(await fireEvent.keyDown(field, enter)).toBe(false);
    expect(await fireEvent.keyDown(field, { key: "Enter" })).toBe(true);
    // Held in a field with several lines, it adds lines.
    const text = field.parentElement?.appendChild(document.createElement("textarea"));
    expect(await fireEvent.keyDown(text as HTMLElement, enter)).toBe(true);
  });

  it("is left from outside only after a confirmation while it has unsaved changes, the innermost first", async () => {
    const user = userEvent.setup({ pointerEventsCheck: 0 });
    for (const props of [{ what: "basket", dirty: true }, { what: "fruit" }]) {
      const { container } = render(DialogHost, props);
      await user.click(container.querySelector("button") as HTMLElement);
      await screen.findByRole("dialog", { name: `Rename ${props.what}` });
    }
    const next = vi.fn();
    expect([openDialogs.dirty, openDialogs.asking]).toEqual([true, false]);
    openDialogs.leave(next);
    expect(openDialogs.asking).toBe(true);
    await waitFor(() => expect(screen.queryByRole("dialog", { name: "Rename fruit" })).toBeNull());
    await user.click(await screen.findByRole("button", { name: "Keep editing" }));
    expect(screen.getByRole("dialog", { name: "Rename basket" })).toBeVisible();
    expect(next).not.toHaveBeenCalled();
    openDialogs.leave(next);
    await user.click(await screen.findByRole("button", { name: "Discard" }));
    expect(next).toHaveBeenCalledOnce();
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    openDialogs.leave(next);
    expect(next).toHaveBeenCalledTimes(2);
  });

  it("has no accessibility faults", async () => {
    await open();
    expect(await faults()).toEqual([]);
  });
});
