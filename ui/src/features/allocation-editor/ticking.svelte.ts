// Ticks over a list of any length, where a tick means "allocated after Save": single rows, ranges, all that match.
import type { Ticks } from "../../components/table/DataTable.svelte";
import { asProblem } from "../../ipc";
import { messages } from "../../lib/messages.svelte";
import type { ListState } from "../list/list-view";
import type { Edits } from "./edits.svelte";

/** Every row that matches, also those that are not here. */
export interface Everything {
  /** In the list's order. */
  ids: string[];
  /** Whether it is allocated now. */
  has: (id: string) => boolean;
  /** Whether it has to stay as it is. */
  locked: (id: string) => boolean;
}

export interface Ticked<Row> {
  list: ListState<Row>;
  edits: Edits;
  idOf: (row: Row) => string;
  nameOf: (row: Row) => string;
  /** Whether it is allocated now. */
  has: (row: Row) => boolean;
  /** Why it has to stay as it is. */
  lockedOf: (row: Row) => string | undefined;
  /** What rows are as long as nothing was edited, where all are alike. */
  usually?: "all" | "none";
  everything: () => Promise<Everything>;
}

/** How many rows are looked at to say whether all are ticked. */
const LOOKED_AT = 500;

export class Ticking<Row> implements Ticks {
  readonly #of: Ticked<Row>;
  /** Ids of a long list are on their way. */
  busy = $state(false);
  /** What became of all that match, as long as nothing else was ticked since. */
  #whole: { query: object; count: number; ticked: boolean } | null = $state.raw(null);
  /** Where a range begins, in which order, and what it does. */
  #anchor: { index: number; query: object; ticked: boolean } | null = null;

  constructor(of: Ticked<Row>) {
    this.#of = of;
  }

  get state(): "none" | "some" | "all" {
    const { list, edits, usually } = this.#of;
    if (list.count === 0) return "none";
    const whole = this.#whole;
    if (edits.size > 0 && whole?.query === list.query && whole.count === list.count) {
      return whole.ticked ? "all" : "none";
    }
    if (usually === "all" && edits.deallocate.size === 0) return "all";
    if (usually === "none" && edits.allocate.size === 0) return "none";
    let [ticked, here] = [0, 0];
    for (let index = 0; index < Math.min(list.count, LOOKED_AT); index++) {
      const row = list.rowAt(index);
      if (!row) continue;
      here++;
      if (this.#ticked(row)) ticked++;
    }
    if (here === list.count && ticked === here) return "all";
    return here === list.count && ticked === 0 ? "none" : "some";
  }

  has = (index: number): boolean => {
    const row = this.#of.list.rowAt(index);
    return row !== undefined && this.#ticked(row);
  };

  /** What a Save would change stands out. */
  marked = (index: number): boolean => {
    const row = this.#of.list.rowAt(index);
    return row !== undefined && this.#ticked(row) !== this.#of.has(row);
  };

  locked = (index: number): string | undefined => {
    const row = this.#of.list.rowAt(index);
    return row && this.#of.lockedOf(row);
  };

  name = (index: number): string => {
    const row = this.#of.list.rowAt(index);
    return row ? this.#of.nameOf(row) : "";
  };

  toggle = (index: number): void => {
    const { list, edits, idOf, has } = this.#of;
    const row = list.rowAt(index);
    if (!row) return;
    const ticked = !this.#ticked(row);
    edits.tick([idOf(row)], ticked, () => has(row));
    this.#whole = null;
    this.#anchor = { index, query: list.query, ticked };
  };

  /** Rows from the last ticked one to this one become as that one is. */
  extend = (index: number): void => {
    const { list, edits, idOf, has, lockedOf } = this.#of;
    const anchor = this.#anchor;
    if (!anchor || anchor.query !== list.query) {
      this.toggle(index);
      return;
    }
    const [from, to] = [Math.min(anchor.index, index), Math.max(anchor.index, index)];
    const rows = Array.from({ length: to - from + 1 }, (_, n) => list.rowAt(from + n));
    this.#whole = null;
    if (rows.every((row) => row !== undefined)) {
      const held = new Map(rows.filter((row) => !lockedOf(row)).map((row) => [idOf(row), has(row)]));
      edits.tick([...held.keys()], anchor.ticked, (id) => held.get(id) ?? false);
    } else void this.#many(anchor.ticked, (ids) => ids.slice(from, to + 1));
  };

  toggleAll = (): void => {
    void this.tickAll(this.state !== "all");
  };

  /** Ticks or unticks all that match the search and the filters. */
  async tickAll(ticked: boolean): Promise<void> {
    const { query } = this.#of.list;
    this.#anchor = null;
    if (await this.#many(ticked, (ids) => ids)) this.#whole = { query, count: this.#of.list.count, ticked };
  }

  #ticked(row: Row): boolean {
    return this.#of.edits.ticked(this.#of.idOf(row), this.#of.has(row));
  }

  async #many(ticked: boolean, which: (ids: string[]) => string[]): Promise<boolean> {
    const { list, edits, everything } = this.#of;
    const { query } = list;
    this.busy = true;
    try {
      const { ids, has, locked } = await everything();
      // The answer to a question that nobody asks any more.
      if (query !== list.query) return false;
      edits.tick(
        which(ids).filter((id) => !locked(id)),
        ticked,
        has,
      );
      return true;
    } catch (thrown) {
      messages.problem(asProblem(thrown));
      return false;
    } finally {
      this.busy = false;
    }
  }
}
