// A long list as far as it is here: its total, and the pages that were looked at. The Rust side searches, sorts and counts.
import { SvelteMap } from "svelte/reactivity";
import {
  asProblem,
  type Cursor,
  type Listing,
  type Page,
  type Problem,
  type RowKey,
  type Source,
} from "../ipc";

/** Rows of a page, as the Rust side cuts them. */
const PAGE = 100;

/** What every query has. */
export interface Searched {
  search: string;
}

export class PagedList<Q extends Searched, R> {
  query: Q = $state.raw() as Q;
  /** How many match. */
  count = $state(0);
  /** How many there are without search and filters. */
  of = $state(0);
  problem = $state.raw<Problem | null>(null);
  /** The first listing has arrived. */
  loaded = $state(false);
  busy = $state(false);

  readonly #source: Source<Q, R>;
  readonly #pages = new SvelteMap<number, R[]>();
  /** Pages as new as the listing; others are shown until newer ones are here. */
  #fresh = new Set<number>();
  #asked = new Set<number>();
  #ends = new Map<number, Page<R>>();
  #keys: Promise<RowKey[]> | undefined;
  #listing = 0;
  #window: [number, number] = [0, 0];
  /** The question under way: one at a time, and the newest one next. */
  #asking: Promise<void> | undefined;
  /** What is here answers another question. */
  #stale = false;

  constructor(source: Source<Q, R>, query: Q) {
    this.#source = source;
    this.query = query;
  }

  rowAt(index: number): R | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Puts newer rows in the place of those that are here: `newer` returns one, or nothing to leave a row as it is. */
  patch(newer: (row: R) => R | undefined): void {
    for (const [page, rows] of this.#pages) {
      const changed = rows.map((row) => newer(row) ?? row);
      if (changed.some((row, index) => row !== rows[index])) this.#pages.set(page, changed);
    }
  }

  search(text: string): void {
    if (text === this.query.search) return;
    void this.ask({ search: text } as Partial<Q>);
  }

  /** Asks for something else: other filters, another order. */
  ask(change: Partial<Q>): Promise<void> {
    this.query = { ...this.query, ...change };
    this.#window = [0, 0];
    this.#stale = true;
    return this.refresh();
  }

  /** Reads the same again after something was written. */
  refresh(): Promise<void> {
    this.#listing++;
    this.#asking ??= this.#read().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  /** Says which places are on screen, the last one excluded, and fetches what is missing around them. */
  show(first: number, end: number): void {
    this.#window = [first, end];
    const last = Math.floor((Math.min(end, this.count) - 1) / PAGE);
    for (let page = Math.floor(first / PAGE); page <= last; page++) {
      if (!this.#fresh.has(page) && !this.#asked.has(page)) void this.#fetch(page);
    }
  }

  async #read(): Promise<void> {
    this.busy = true;
    for (let listing = -1; listing !== this.#listing;) {
      listing = this.#listing;
      try {
        const found = await this.#source.list(this.query);
        if (listing === this.#listing) this.#take(found);
      } catch (thrown) {
        if (listing === this.#listing) this.problem = asProblem(thrown);
      }
    }
    this.busy = false;
  }

  #take({ total, of, page }: Listing<R>): void {
    if (this.#stale) this.#pages.clear();
    this.#stale = false;
    this.#fresh = new Set([0]);
    this.#asked = new Set();
    this.#ends = new Map([[0, page]]);
    this.#keys = undefined;
    this.#pages.set(0, page.rows);
    for (const kept of this.#pages.keys()) if (kept * PAGE >= total && kept > 0) this.#pages.delete(kept);
    this.count = total;
    this.of = of;
    this.problem = null;
    this.loaded = true;
    this.show(...this.#window);
  }

  async #fetch(page: number): Promise<void> {
    const listing = this.#listing;
    this.#asked.add(page);
    try {
      const cursor = await this.#cursor(page);
      if (listing !== this.#listing) return;
      const found = await this.#source.page(this.query, cursor);
      if (listing !== this.#listing) return;
      this.#ends.set(page, found);
      this.#pages.set(page, found.rows);
      this.#fresh.add(page);
    } catch (thrown) {
      if (listing !== this.#listing) return;
      this.#asked.delete(page);
      this.problem = asProblem(thrown);
    }
  }

  /** The page before it, when it is here, knows the key; otherwise the keys of all pages are read, once. */
  async #cursor(page: number): Promise<Cursor> {
    const before = this.#ends.get(page - 1)?.last;
    if (before) return { at: "after", key: before };
    this.#keys ??= this.#source.keys(this.query);
    const key = (await this.#keys)[page];
    return key === undefined ? { at: "end" } : { at: "from", key };
  }
}
