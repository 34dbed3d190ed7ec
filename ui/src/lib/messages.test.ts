import { render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import Toaster from "../components/feedback/Toaster.svelte";
import { messages } from "./messages.svelte";

const texts = () => messages.list.map(({ text }) => text);
const undo = { label: "Undo", run: () => undefined };

describe("messages", () => {
  it("never return after a newer one, but the progress of long work does", () => {
    messages.show("ok", "Success: added.", undo);
    const progress = messages.progress("Exporting… 10 rows written", () => undefined);
    messages.show("ok", "Saved.");
    messages.show("ok", "Copied the ID");
    expect(texts()).toEqual(["Exporting… 10 rows written", "Copied the ID"]);
    messages.progress("Exporting… 20 rows written", () => undefined, progress);
    messages.clear();
    expect(texts()).toEqual(["Exporting… 20 rows written"]);
  });

  it("replace an error or a warning only if they are one themselves", () => {
    messages.show("wait", "Another export is running.");
    messages.show("ok", "Copied the ID");
    messages.show("off", "Import cancelled. Nothing was changed.");
    render(Toaster, { messages: messages.list, ondismiss: messages.dismiss });
    expect(screen.getByRole("status")).toHaveTextContent(/^Another export is running\..*Import cancelled/u);
    messages.show("bad", "Couldn't export.");
    messages.progress("Exporting… 10 rows written", () => undefined);
    expect(texts()).toEqual(["Couldn't export.", "Exporting… 10 rows written"]);
    messages.clear();
    expect(texts()).toEqual(["Exporting… 10 rows written"]);
  });

  it("offer an action once, until it is used or dismissed, below what is shown meanwhile", () => {
    const run = vi.fn();
    const progress = messages.progress("Exporting… 10 rows written", () => undefined);
    const earlier = vi.fn();
    messages.offer("The update is downloaded.", { label: "Restart now", run: earlier });
    messages.offer("The update is downloaded.", { label: "Restart now", run });
    messages.show("ok", "Saved.");
    expect(texts()).toEqual(["The update is downloaded.", "Exporting… 10 rows written", "Saved."]);
    messages.clear();
    messages.dismiss(progress);
    render(Toaster, { messages: messages.list, ondismiss: messages.dismiss });
    screen.getByRole("button", { name: "Restart now" }).click();
    expect([earlier, run].map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
    expect(texts()).toEqual([]);
  });

  describe("on screen", () => {
    beforeEach(() => vi.useFakeTimers());
    afterEach(() => vi.useRealTimers());

    it("are gone after ten seconds, unless the pointer or the focus is on them", () => {
      messages.show("ok", "Success: added.", undo);
      const ondismiss = vi.fn();
      render(Toaster, { messages: messages.list, ondismiss });
      const button = screen.getByRole("button", { name: "Undo" });
      button.focus();
      const toast = button.closest(".toast") as HTMLElement;
      toast.dispatchEvent(new Event("pointerleave"));
      vi.advanceTimersByTime(60_000);
      expect(ondismiss).not.toHaveBeenCalled();
      button.blur();
      vi.advanceTimersByTime(9_999);
      expect(ondismiss).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      expect(ondismiss).toHaveBeenCalledOnce();
    });
  });
});
