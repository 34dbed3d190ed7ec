// What a table's tick boxes show and do, over any list: rows by their ids, also those that were never on screen.
import type { Ticks } from "../components/table/DataTable.svelte";
import { asProblem } from "../ipc";
import { messages } from "./messages.svelte";
import { Selection } from "./selection.svelte";

/** Rows that are looked at one by one to tell whether all are ticked. */
const FEW = 100;

interface Ticked<R> {
  readonly query: unknown;
  readonly count: number;
  rowAt: (index: number) => R | undefined;
}

interface Ways<R> {
  id: (row: R) => string;
  name: (row: R) => string;
  /** The ids of every row of the list, in its order. */
  all: () => Promise<string[]>;
  /** Why a row's tick cannot be changed. */
  locked?: (row: R) => string | undefined;
}

export class RowTicks<R> {
  readonly selection = new Selection();
  readonly #list: Ticked<R>;
  readonly #ways: Ways<R>;
  /** What was asked for when every row of it was ticked. */
  #whole = $state.raw<unknown>(null);

  constructor(list: Ticked<R>, ways: Ways<R>) {
    this.#list = list;
    this.#ways = ways;
  }

  get size(): number {
    return this.selection.size;
  }

  get ids(): string[] {
    return [...this.selection.ids];
  }

  clear(): void {
    this.selection.clear();
    this.#whole = null;
  }

  get ticks(): Ticks {
    const { name, locked } = this.#ways;
    const at = (index: number) => this.#list.rowAt(index);
    return {
      has: (index) => {
        const id = this.#id(index);
        return id !== undefined && this.selection.has(id);
      },
      ...(locked && {
        locked: (index: number) => {
          const row = at(index);
          return row === undefined ? undefined : locked(row);
        },
      }),
      toggle: (index) => {
        const id = this.#id(index);
        if (id === undefined) return;
        if (this.selection.has(id)) this.#whole = null;
        this.selection.toggle(index, id);
      },
      extend: (index) =>
        void this.selection
          .extend(index, (each) => this.#id(each), this.#ways.all)
          .then(() => (this.#whole = null))
          .catch(failed),
      toggleAll: () => (this.#state === "all" ? this.clear() : void this.#tickAll()),
      state: this.#state,
      name: (index) => {
        const row = at(index);
        return row === undefined ? "" : name(row);
      },
    };
  }

  get #state(): Ticks["state"] {
    const { count, query } = this.#list;
    if (this.size === 0 || count === 0) return "none";
    if (this.#whole === query) return "all";
    if (count > FEW) return "some";
    for (let index = 0; index < count; index++) {
      const row = this.#list.rowAt(index);
      if (row === undefined) return "some";
      if (!this.selection.has(this.#ways.id(row)) && !this.#ways.locked?.(row)) return "some";
    }
    return "all";
  }

  #id(index: number): string | undefined {
    const row = this.#list.rowAt(index);
    return row === undefined ? undefined : this.#ways.id(row);
  }

  async #tickAll(): Promise<void> {
    const { query } = this.#list;
    try {
      const ids = await this.#ways.all();
      if (query !== this.#list.query) return;
      this.selection.add(ids);
      this.#whole = query;
    } catch (thrown) {
      failed(thrown);
    }
  }
}

const failed = (thrown: unknown) => messages.problem(asProblem(thrown));
