import { beforeEach, describe, expect, it } from "vitest";
import type { ColumnDef } from "../components/table/columns";
import { ColumnChoice } from "./column-choice.svelte";

const column = (id: string, rest: Partial<ColumnDef<never>>) =>
  ({ id, title: id, width: 92, ...rest }) as ColumnDef<never>;
const all = [
  column("name", { visibility: "always" }),
  column("objective", { spare: 2 }),
  column("budget", { spare: 1 }),
  column("synced", { visibility: "hidden", spare: 3 }),
];
const shown = (choice: ColumnChoice<never>) => choice.shown.map(({ id, spare }) => [id, spare ?? 0]);

describe("The columns of a list", () => {
  beforeEach(() => localStorage.clear());

  it("stay hidden without room when another is ticked or unticked", () => {
    const choice = new ColumnChoice("list", all);
    choice.toggle("synced", ["objective"]);
    expect(shown(choice)).toEqual([
      ["name", 0],
      ["budget", 0],
      ["synced", 0],
    ]);
    choice.toggle("budget", []);
    expect(shown(choice)).toEqual([
      ["name", 0],
      ["synced", 0],
    ]);
  });

  it("are shown without room once they are ticked", () => {
    const choice = new ColumnChoice("list", all);
    choice.toggle("objective", ["objective", "budget"]);
    expect(shown(choice)).toEqual([
      ["name", 0],
      ["objective", 0],
    ]);
  });

  it("of a saved view with the initial columns hide as before", () => {
    const choice = new ColumnChoice("list", all);
    choice.open(["budget", "objective"]);
    expect(shown(choice)).toEqual([
      ["name", 0],
      ["objective", 2],
      ["budget", 1],
    ]);
    choice.open(["budget"]);
    expect(shown(choice)).toEqual([
      ["name", 0],
      ["budget", 0],
    ]);
  });
});
