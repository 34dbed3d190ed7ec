import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { faults } from "../testing/axe";
import TableHost from "../testing/TableHost.svelte";

function setUp(props: Record<string, unknown> = {}) {
  const onsort = vi.fn();
  const onwindow = vi.fn();
  const onmenu = vi.fn();
  const onresize = vi.fn();
  const { rerender } = render(TableHost, {
    count: 2_000,
    missing: [],
    onsort,
    onwindow,
    onmenu,
    onresize,
    ...props,
  });
  return { rerender, onsort, onwindow, onmenu, onresize, grid: screen.getByRole("grid", { name: "Fruit" }) };
}
const activeRow = (grid: HTMLElement) =>
  document.getElementById(grid.getAttribute("aria-activedescendant") ?? "");

describe("DataTable", () => {
  it("keeps only the rows on screen in the document and says how many there are", () => {
    const { grid, onwindow } = setUp();
    const rows = within(grid).getAllByRole("row");
    expect(rows.length).toBeGreaterThan(8);
    expect(rows.length).toBeLessThan(40);
    expect(grid).toHaveAttribute("aria-rowcount", "2001");
    expect(rows[1]).toHaveAttribute("aria-rowindex", "2");
    expect(onwindow).toHaveBeenCalledWith(0, expect.any(Number));
  });

  it("moves the cursor with arrow keys, Page Up and Page Down, Home and End", async () => {
    const user = userEvent.setup();
    const { grid, onwindow } = setUp();
    grid.focus();
    await waitFor(() => expect(activeRow(grid)).toHaveTextContent("fruit 0"));
    await user.keyboard("{ArrowDown}{ArrowDown}{ArrowUp}");
    await waitFor(() => expect(activeRow(grid)).toHaveTextContent("fruit 1"));
    await user.keyboard("{PageDown}");
    await waitFor(() => expect(activeRow(grid)).toHaveTextContent("fruit 11"));
    await user.keyboard("{End}");
    await waitFor(() => expect(activeRow(grid)).toHaveTextContent("fruit 1999"));
    await waitFor(() => expect(onwindow).toHaveBeenLastCalledWith(expect.any(Number), 2_000));
    await user.keyboard("{Home}");
    await waitFor(() => expect(activeRow(grid)).toHaveTextContent("fruit 0"));
    await user.keyboard("{ArrowUp}");
    expect(activeRow(grid)).toHaveAttribute("aria-rowindex", "2");
  });

  it.each([1, 2])(
    "reaches the last of rows that are higher than an element can be, at %d device pixels",
    async (ratio) => {
      vi.spyOn(window, "devicePixelRatio", "get").mockReturnValue(ratio);
      const user = userEvent.setup();
      const count = 1_500_000;
      const { grid, onwindow } = setUp({ count });
      const rows = within(grid).getAllByRole("rowgroup").at(-1)!;
      const height = parseFloat(rows.style.height);
      expect(height).toBeLessThan(33_554_431 / ratio);
      /** The distance of a row from the upper edge of the rows on screen. */
      const below = (row: HTMLElement | null) =>
        Number(/translateY\((.*)px\)/u.exec(row?.style.transform ?? "")?.[1]) - grid.scrollTop;
      grid.focus();
      await user.keyboard("{End}");
      await waitFor(() => expect(activeRow(grid)).toHaveTextContent("fruit 1499999"));
      expect(onwindow).toHaveBeenLastCalledWith(expect.any(Number), count);
      expect(grid.scrollTop, "as far as it can be scrolled").toBe(grid.scrollHeight - grid.clientHeight);
      expect(below(activeRow(grid))).toBe(grid.clientHeight - 40 - 36);
      await user.keyboard("{ArrowUp}");
      expect(below(activeRow(grid))).toBe(grid.clientHeight - 40 - 2 * 36);

      grid.scrollTo({ top: height / 2 });
      await waitFor(() => expect(onwindow.mock.lastCall?.[0]).toBeCloseTo(count / 2, -2));
      const [first] = onwindow.mock.lastCall as [number, number];
      const at = (index: number) => grid.querySelector<HTMLElement>(`[aria-rowindex="${index + 2}"]`);
      expect(below(at(first + 1)) - below(at(first))).toBe(36);
      expect(below(at(first))).toBeGreaterThan(-36 - 40);
      expect(below(at(first))).toBeLessThanOrEqual(0);

      await user.keyboard("{Home}");
      await waitFor(() => expect(activeRow(grid)).toHaveTextContent("fruit 0"));
      expect([grid.scrollTop, below(activeRow(grid))]).toEqual([0, 0]);
      await user.keyboard("{ArrowDown}");
      expect(below(activeRow(grid))).toBe(36);
    },
  );

  it("opens the menu of the row with Enter", async () => {
    const user = userEvent.setup();
    const { grid, onmenu } = setUp();
    grid.focus();
    await user.keyboard("{ArrowDown}{Enter}");
    await waitFor(() => expect(onmenu).toHaveBeenCalledWith(1));
  });

  it("shows a placeholder while a row is loading", () => {
    const { grid } = setUp({ missing: [1] });
    const row = within(grid).getAllByRole("row")[2]!;
    expect(row).toHaveAttribute("aria-busy", "true");
    expect(row.querySelectorAll(".skeleton")).toHaveLength(3);
  });

  it("marks the sorted column and requests another order", async () => {
    const user = userEvent.setup();
    const { onsort } = setUp();
    expect(screen.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "descending");
    expect(screen.getByRole("columnheader", { name: "Colour" })).toHaveAttribute("aria-sort", "none");
    expect(screen.getByRole("columnheader", { name: "Action" })).not.toHaveAttribute("aria-sort");
    await user.click(screen.getByRole("button", { name: "Colour" }));
    expect(onsort).toHaveBeenCalledWith("colour");
  });

  it("changes a column width with the keyboard", async () => {
    const user = userEvent.setup();
    const { onresize } = setUp();
    screen.getByRole("separator", { name: "Width of Name" }).focus();
    await user.keyboard("{ArrowRight}");
    expect(onresize).toHaveBeenCalledWith("name", 216);
  });

  it("shows other rows in the same elements, except that of a row whose menu is open", async () => {
    const user = userEvent.setup();
    const { grid } = setUp();
    const [, ...before] = within(grid).getAllByRole("row");
    const menu = within(before[2]!).getByRole("button", { name: "Menu" });
    menu.setAttribute("aria-expanded", "true");
    grid.focus();
    await user.keyboard("{End}");
    await waitFor(() => expect(activeRow(grid)).toHaveTextContent("fruit 1999"));
    const after = within(grid).getAllByRole("row");
    expect(before.filter((row) => !after.includes(row))).toEqual([before[2]]);
    expect(menu.isConnected).toBe(false);
    const positions = after.slice(1).map((row) => Number(row.getAttribute("aria-rowindex")));
    expect(positions).toEqual([...positions].sort((one, other) => one - other));
    for (const row of after.slice(1)) {
      expect(row).toHaveTextContent(`fruit ${Number(row.getAttribute("aria-rowindex")) - 2}`);
    }
  });

  it("hides the elements of rows that disappeared, and draws in them nothing but other rows", async () => {
    const { grid, rerender } = setUp();
    const before = within(grid).getAllByRole("row");
    await rerender({ count: 2 });
    const spare = before.filter((row) => row.hidden);
    expect(within(grid).getAllByRole("row")).toEqual(before.slice(0, 3));
    expect(spare.length).toBe(before.length - 3);
    expect(spare.every((row) => row.isConnected && !row.id)).toBe(true);

    const nameOf = vi.fn((index: number) => `apple ${index}`);
    await rerender({ nameOf });
    expect(new Set(nameOf.mock.calls.map(([index]) => index))).toEqual(new Set([0, 1]));
    await rerender({ count: 0 });
    expect(within(grid).getAllByRole("row")).toEqual(before.slice(0, 1));
    expect(screen.getByText("No fruit")).toBeVisible();
    expect(await faults()).toEqual([]);
    await rerender({ count: 2_000 });
    const after = within(grid).getAllByRole("row");
    expect(new Set(after)).toEqual(new Set(before));
    for (const row of after.slice(1))
      expect(row).toHaveTextContent(`apple ${Number(row.getAttribute("aria-rowindex")) - 2}`);
  });

  it("shows the empty state when there are no rows", async () => {
    setUp({ count: 0 });
    expect(screen.getByText("No fruit")).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it("has no accessibility faults", async () => {
    setUp();
    expect(await faults()).toEqual([]);
  });
});
