import { describe, expect, it } from "vitest";
import {
  rowsPerPage,
  type Cursor,
  type Listing,
  type ListTurn,
  type Page,
  type RowKey,
  type Source,
} from "../ipc";
import { problem } from "../ipc/testing/fake";
import { PagedList } from "./paged-list.svelte";
import { Selection } from "./selection.svelte";

interface Query {
  search: string;
}

/** A list of numbers on the Rust side that answers on command and records the requests. */
class Side implements Source<Query, number, number> {
  asked: string[] = [];
  turns: ListTurn[] = [];
  cursors: Cursor[] = [];
  keysRead = 0;
  total = 1050;
  /** How many rows a sync has added above row 0. They are negative. */
  above = 0;
  #waiting: ((superseded: boolean) => void)[] = [];

  list = ({ search }: Query, turn?: ListTurn): Promise<Listing<number>> => {
    this.asked.push(search);
    if (turn) this.turns.push(turn);
    return new Promise((resolve, reject) =>
      this.#waiting.push((superseded) => {
        if (superseded) reject(problem("superseded"));
        else resolve({ total: this.total, of: 5000, page: this.#page(0), pasted: null });
      }),
    );
  };
  page = (_: Query, cursor: Cursor): Promise<Page<number>> => {
    this.cursors.push(cursor);
    const key = "key" in cursor ? Number(cursor.key) : this.total - 50;
    return Promise.resolve(this.#page(cursor.at === "after" ? key + 1 : key));
  };
  keys = (): Promise<RowKey[]> => {
    this.keysRead++;
    return Promise.resolve(
      Array.from({ length: Math.ceil(this.total / rowsPerPage) }, (_, n) => String(n * rowsPerPage)),
    );
  };

  ids = (): Promise<number[]> => Promise.resolve(this.#rows(0, this.total));
  paste = (_: Query, text: string): Promise<string> => Promise.resolve(text);
  exportAllocations = (): Promise<string | null> => Promise.resolve("/downloads/allocations.xlsx");
  export = (): Promise<string | null> => Promise.resolve("/downloads/numbers.csv");

  async answer(superseded = false): Promise<void> {
    this.#waiting.shift()?.(superseded);
    await new Promise((resolve) => setTimeout(resolve));
  }

  #page(from: number): Page<number> {
    const rows = this.#rows(from, Math.min(rowsPerPage, this.total - from));
    return { rows, first: String(from), last: String(from + rows.length - 1) };
  }

  #rows(from: number, length: number): number[] {
    return Array.from({ length }, (_, n) => from + n - this.above);
  }
}

async function listed(side = new Side()): Promise<{ side: Side; list: PagedList<Query, number, number> }> {
  const list = new PagedList(side, { search: "" }, { idOf: String, nameOf: String });
  const read = list.refresh();
  await side.answer();
  await read;
  return { side, list };
}

describe("a long list", () => {
  it("asks for a search that is typed in the very moment in which another ends", async () => {
    for (let microtasks = 0; microtasks < 10; microtasks++) {
      const side = new Side();
      const list = new PagedList(side, { search: "" }, { idOf: String, nameOf: String });
      void list.refresh();
      const answered = side.answer();
      for (let n = 0; n < microtasks; n++) await Promise.resolve();
      void list.ask({ search: "typed" });
      await answered;
      await side.answer();
      expect(side.asked.at(-1), `after ${microtasks} microtasks`).toBe("typed");
    }
  });

  it("has its total and first rows after one request", async () => {
    const { list } = await listed();
    expect([list.count, list.of, list.rowAt(49), list.rowAt(50)]).toEqual([1050, 5000, 49, undefined]);
  });

  it("reads the next page by its cursor, and a distant page by its first key", async () => {
    const { side, list } = await listed();
    list.show(40, 60);
    await side.answer();
    expect(side.cursors).toEqual([{ at: "after", key: "49" }]);
    expect(list.rowAt(50)).toBe(50);
    list.show(800, 820);
    await side.answer();
    expect(side.cursors[1]).toEqual({ at: "from", key: "800" });
    expect([list.rowAt(815), side.keysRead]).toEqual([815, 1]);
  });

  it("reads the rows below and above before they are scrolled to, those on screen first", async () => {
    const { side, list } = await listed();
    list.show(0, 20);
    expect(side.cursors).toEqual([]);
    list.show(10, 30);
    await side.answer();
    expect(side.cursors).toEqual([{ at: "after", key: "49" }]);
    list.show(500, 520);
    await side.answer();
    expect(side.cursors.slice(1)).toEqual([
      { at: "from", key: "500" },
      { at: "from", key: "450" },
    ]);
    list.show(1000, 1050);
    await side.answer();
    expect(side.cursors.at(-1)).toEqual({ at: "from", key: "950" });
  });

  it("asks for each search at once, in a newer turn, and shows nothing of the superseded ones", async () => {
    const { side, list } = await listed();
    const typed = list.ask({ search: "a" });
    for (const text of ["ab", "abc"]) list.search(text);
    expect(side.asked).toEqual(["", "a", "ab", "abc"]);
    expect(side.turns.map(({ number }) => number)).toEqual([0, 1, 2, 3]);
    expect(new Set(side.turns.map((turn) => turn.list)).size).toBe(1);
    await side.answer(true);
    // One was fast enough to be answered, which comes too late.
    await side.answer();
    expect([list.count, list.busy, list.problem]).toEqual([1050, true, null]);
    side.total = 3;
    await side.answer();
    await typed;
    expect([list.count, list.busy, list.rowAt(5), list.problem]).toEqual([3, false, undefined, null]);
  });

  it("reads the rows that are scrolled to during a search once the first rows of the search are known", async () => {
    const { side, list } = await listed();
    list.search("a");
    list.show(800, 820);
    expect([side.cursors, side.keysRead]).toEqual([[], 0]);
    await side.answer();
    await side.answer();
    expect([side.cursors[0], side.keysRead, list.rowAt(815)]).toEqual([{ at: "from", key: "800" }, 1, 815]);
  });

  it("reads the same query one at a time, in the same turn, so that changes end no reading", async () => {
    const { side, list } = await listed();
    for (let change = 0; change < 3; change++) void list.refresh();
    expect(side.asked).toHaveLength(2);
    await side.answer();
    expect(side.asked).toHaveLength(3);
    expect(list.busy).toBe(true);
    await side.answer();
    expect([list.busy, side.turns.map(({ number }) => number)]).toEqual([false, [0, 0, 0]]);
  });

  it("restores a query without reading if it was never read, and reads it otherwise", async () => {
    const side = new Side();
    const list = new PagedList(side, { search: "" }, { idOf: String, nameOf: String });
    list.restore({ search: "a" });
    expect([list.query, side.asked]).toEqual([{ search: "a" }, []]);
    void list.refresh();
    await side.answer();
    list.restore({ search: "a" });
    expect(side.asked).toEqual(["a"]);
    list.restore({ search: "b" });
    expect([list.query, side.asked]).toEqual([{ search: "b" }, ["a", "b"]]);
  });

  it("keeps its rows on screen while the same query is read again", async () => {
    const { side, list } = await listed();
    list.show(100, 120);
    await side.answer();
    const read = list.refresh();
    expect(list.rowAt(110)).toBe(110);
    await side.answer();
    await read;
    expect([list.rowAt(0), list.rowAt(110)]).toEqual([0, 110]);
  });

  it("selects a range by its rows, also those that a sync moved to a page that was not read again", async () => {
    const { side, list } = await listed();
    for (const first of [50, 100, 150]) {
      list.show(first, first + 20);
      await side.answer();
    }
    const selection = new Selection({ list });
    selection.toggle(1);
    side.total += 5;
    side.above = 5;
    const read = list.refresh();
    await side.answer();
    await read;
    await side.answer();
    selection.extend(190);
    await side.answer();
    const [first, last] = [1, Number(list.rowAt(190))];
    expect(selection.ids).toEqual(Array.from({ length: last - first + 1 }, (_, n) => String(first + n)));

    selection.clear();
    selection.toggle(6);
    selection.extend(3);
    expect(selection.ids, "rows that are all loaded, at once").toEqual(["1", "-2", "-1", "0"]);

    selection.clear();
    selection.toggle(0);
    side.above = 4;
    const again = list.refresh();
    await side.answer();
    await again;
    selection.extend(5);
    await side.answer();
    expect(selection.ids, "the row where the range began is gone").toEqual(["-5", "1"]);
  });

  it("reports a failure and keeps its rows", async () => {
    const { side, list } = await listed();
    side.list = () => Promise.reject(new Error("gone"));
    await list.refresh();
    expect([list.problem?.code, list.count, list.busy]).toEqual(["internal", 1050, false]);
  });
});
