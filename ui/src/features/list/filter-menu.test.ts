import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import FilterMenu from "./FilterMenu.svelte";

describe("A filter with many options", () => {
  it("is searched, and typing never selects one", async () => {
    const toggle = vi.fn();
    const options = Array.from({ length: 30 }, (_, n) => ({
      label: `Client ${n} of Acme`,
      chosen: false,
      toggle: () => toggle(n),
    }));
    render(FilterMenu, { filter: { title: "XPO account", options }, open: false });
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: /Filter by\s*XPO account/ }));
    const search = await screen.findByRole("searchbox", { name: "Search XPO account" });
    await user.type(search, "client 17 of{Enter}");
    expect(screen.getAllByRole("checkbox").map((box) => box.closest("label")?.textContent.trim())).toEqual([
      "Client 17 of Acme",
    ]);
    expect(toggle).not.toHaveBeenCalled();
    await user.keyboard(" ");
    expect(toggle.mock.calls).toEqual([[17]]);
  });
});
