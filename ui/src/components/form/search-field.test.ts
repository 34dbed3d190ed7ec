import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import SearchField from "./SearchField.svelte";

describe("SearchField", () => {
  it("has its icon after the field, which is drawn over whatever is before it", () => {
    render(SearchField, { label: "Search fruit", value: "" });
    const icon = screen.getByRole("search").querySelector(":scope > svg")!;
    const place = screen.getByRole("searchbox").compareDocumentPosition(icon);
    expect(place & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
  });

  it("offers to clear a text, and its key while it is empty, in the same elements", async () => {
    const user = userEvent.setup();
    render(SearchField, { label: "Search fruit", value: "" });
    const field = screen.getByRole("searchbox");
    const before = [...screen.getByRole("search").children];
    expect(screen.queryByRole("button", { name: "Clear search" })).toBeNull();
    expect(screen.getByText("/")).toBeVisible();
    await user.type(field, "kiwi");
    expect(screen.queryByText("/")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Clear search" }));
    expect(field).toHaveValue("");
    expect(field).toHaveFocus();
    expect([...screen.getByRole("search").children]).toEqual(before);
  });

  it("hands over what a spreadsheet has put in quotation marks, and pastes other texts itself", async () => {
    const user = userEvent.setup();
    const onpaste = vi.fn();
    render(SearchField, { label: "Search fruit", value: "", onpaste });
    await user.click(screen.getByRole("searchbox"));
    for (const text of ['"say ""kiwi"""', '"kiwi\nplum"', "kiwi;plum"]) {
      await user.paste(text);
      expect(onpaste).toHaveBeenLastCalledWith(text);
    }
    expect(screen.getByRole("searchbox")).toHaveValue("");
    await user.paste('5" kiwi');
    expect(screen.getByRole("searchbox")).toHaveValue('5" kiwi');
    expect(onpaste).toHaveBeenCalledTimes(3);
  });
});
