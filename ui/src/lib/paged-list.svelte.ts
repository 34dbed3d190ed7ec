// A list of any length: the number of its rows, and the pages that were looked at. The Rust side searches, sorts and counts.
import { SvelteMap } from "svelte/reactivity";
import {
  asProblem,
  firstTurn,
  onChanged,
  rowsPerPage,
  type Cursor,
  type Format,
  type Listing,
  type ListTurn,
  type Page,
  type Pasted,
  type Problem,
  type RowKey,
  type Source,
  type Topic,
} from "../ipc";
import type { Identity, ListState } from "./list-state";
import { throttle } from "./throttle";

/** How many rows above and below those on screen are read ahead, so that scrolling seldom shows placeholders. */
const AHEAD = 30;

interface Query {
  search: string;
  sort?: string;
  descending?: boolean;
}

export class PagedList<Q extends Query, Row, Id = unknown> implements ListState<Row> {
  query: Q = $state.raw() as Q;
  count = $state(0);
  of = $state(0);
  problem = $state.raw<Problem | null>(null);
  loaded = $state(false);
  busy = $state(false);
  pasted = $state.raw<Pasted | null>(null);
  /** The query without the search text. It is replaced only when a filter or the order changes. */
  readonly criteria: Omit<Q, "search"> = $derived.by(() => this.#criteria());
  readonly identity: Identity<Row>;

  readonly #source: Source<Q, Row, Id>;
  readonly #pages = new SvelteMap<number, Row[]>();
  /** Pages as new as the listing. Others are shown until their newer rows arrive. */
  #fresh = new Set<number>();
  #requested = new Set<number>();
  #ends = new Map<number, Page<Row>>();
  #keys: Promise<RowKey[]> | undefined;
  #listing = 0;
  #window: [number, number] = [0, 0];
  #lastCriteria: Omit<Q, "search"> | undefined;
  /** The listing that is being read. Reading the same query again waits for it. */
  #reading: Promise<void> | undefined;
  /** A new number is a new query: Rust ends what it still reads for older ones. */
  #turn: ListTurn = firstTurn();
  /** The loaded rows belong to an older query. */
  #stale = false;

  constructor(source: Source<Q, Row, Id>, query: NoInfer<Q>, identity: NoInfer<Identity<Row>>) {
    this.#source = source;
    this.query = query;
    this.identity = identity;
  }

  get sort(): string {
    return this.query.sort ?? "";
  }

  get descending(): boolean {
    return this.query.descending ?? false;
  }

  #criteria(): Omit<Q, "search"> {
    const { search: _, ...criteria } = this.query;
    const last: Record<string, unknown> | undefined = this.#lastCriteria;
    if (last && Object.entries(criteria).every(([name, value]) => value === last[name]))
      return last as typeof criteria;
    return (this.#lastCriteria = criteria);
  }

  rowAt(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / rowsPerPage))?.[index % rowsPerPage];
  }

  rowsFrom(first: number, last: number): Row[] | null {
    const rows: Row[] = [];
    for (let index = first; index <= last; index++) {
      const row = this.#fresh.has(Math.floor(index / rowsPerPage)) ? this.rowAt(index) : undefined;
      if (row === undefined) return null;
      rows.push(row);
    }
    return rows;
  }

  /** Replaces loaded rows: `newer` returns the new row, or undefined to keep it. */
  patch(newer: (row: Row) => Row | undefined): void {
    for (const [page, rows] of this.#pages) {
      const changed = rows.map((row) => newer(row) ?? row);
      if (changed.some((row, index) => row !== rows[index])) this.#pages.set(page, changed);
    }
  }

  snapshot(): Record<string, unknown> {
    return Object.fromEntries(Object.entries(this.query));
  }

  restore(snapshot: Record<string, unknown>): void {
    const known = Object.entries(snapshot).filter(([name]) => name in this.query);
    const query = { ...this.query, ...(Object.fromEntries(known) as Partial<Q>) };
    if (JSON.stringify(query) === JSON.stringify(this.query)) return;
    // The list of a tab can be read before the tab is shown.
    if (this.#listing > 0) void this.ask(query);
    else this.query = query;
  }

  search(text: string): void {
    if (text !== this.query.search) void this.ask({ search: text } as Partial<Q>);
  }

  async paste(text: string): Promise<void> {
    try {
      this.search(await this.#source.paste(this.query, text));
    } catch (thrown) {
      this.problem = asProblem(thrown);
    }
  }

  sortBy(sort: string): void {
    const descending = this.sort === sort && !this.descending;
    void this.ask({ sort, descending } as Partial<Q>);
  }

  /** Lists something else: other filters, another order. */
  ask(change: Partial<Q>): Promise<void> {
    this.query = { ...this.query, ...change };
    this.#window = [0, 0];
    this.#stale = true;
    this.#turn = { ...this.#turn, number: this.#turn.number + 1 };
    this.#reading = undefined;
    return this.refresh();
  }

  /** Reads the same query again. */
  refresh(): Promise<void> {
    this.#listing++;
    this.#reading ??= this.#read();
    return this.#reading;
  }

  /** Reads again after each change of `topics`, at most once in `gap` milliseconds. Returns the function that stops it. */
  follow(topics: readonly Topic[], gap = 0): () => void {
    return onChanged(topics, gap > 0 ? throttle(gap, () => this.refresh()) : () => void this.refresh());
  }

  /** Reads now and follows. Returns the function that stops it, for `onMount`. */
  watch(topics: readonly Topic[], gap = 0): () => void {
    void this.refresh();
    return this.follow(topics, gap);
  }

  show(first: number, end: number): void {
    this.#window = [first, end];
    // The keys that are known belong to the older query.
    if (this.#stale) return;
    this.#fetchRows(first, end);
    this.#fetchRows(end, end + AHEAD);
    this.#fetchRows(Math.max(0, first - AHEAD), first);
  }

  #fetchRows(first: number, end: number): void {
    const last = Math.floor((Math.min(end, this.count) - 1) / rowsPerPage);
    for (let page = Math.floor(first / rowsPerPage); page <= last; page++) {
      if (!this.#fresh.has(page) && !this.#requested.has(page)) void this.#fetch(page);
    }
  }

  async ids(): Promise<string[]> {
    return (await this.#source.ids(this.query)).map(String);
  }

  /** Exports all rows that match, or those with the ids in `only`. Returns the path of the file, if the admin chose one. */
  export(format: Format, only: Id[] | null = null): Promise<string | null> {
    return this.#source.export(this.query, only, format);
  }

  /** Writes the allocations of all rows that match, or of `only` these, into a workbook. */
  exportAllocations(only: Id[] | null = null): Promise<string | null> {
    return this.#source.exportAllocations(this.query, only);
  }

  async #read(): Promise<void> {
    const turn = this.#turn;
    this.busy = true;
    for (let listing = -1; listing !== this.#listing && turn === this.#turn;) {
      listing = this.#listing;
      try {
        const found = await this.#source.list(this.query, turn);
        if (listing === this.#listing) this.#accept(found);
      } catch (thrown) {
        if (listing === this.#listing) this.problem = asProblem(thrown);
      }
    }
    if (turn !== this.#turn) return this.#reading;
    this.busy = false;
    // At once: a query that is asked for before the next task must not wait for this reading.
    this.#reading = undefined;
  }

  #accept({ total, of, page: first, pasted }: Listing<Row>): void {
    if (this.#stale) this.#pages.clear();
    this.#stale = false;
    this.#fresh = new Set([0]);
    this.#requested = new Set();
    this.#ends = new Map([[0, first]]);
    this.#keys = undefined;
    this.#pages.set(0, first.rows);
    for (const page of this.#pages.keys())
      if (page > 0 && page * rowsPerPage >= total) this.#pages.delete(page);
    this.count = total;
    this.of = of;
    this.pasted = pasted;
    this.problem = null;
    this.loaded = true;
    this.show(...this.#window);
  }

  async #fetch(page: number): Promise<void> {
    const listing = this.#listing;
    this.#requested.add(page);
    try {
      const cursor = await this.#cursor(page);
      if (listing !== this.#listing) return;
      const found = await this.#source.page(this.query, cursor, this.#turn);
      if (listing !== this.#listing) return;
      this.#ends.set(page, found);
      this.#pages.set(page, found.rows);
      this.#fresh.add(page);
    } catch (thrown) {
      if (listing !== this.#listing) return;
      this.#requested.delete(page);
      this.problem = asProblem(thrown);
    }
  }

  /** Continues from the previous page if it is loaded; otherwise reads the keys of all pages, once. */
  async #cursor(page: number): Promise<Cursor> {
    const before = this.#ends.get(page - 1)?.last;
    if (before) return { at: "after", key: before };
    this.#keys ??= this.#source.keys(this.query, this.#turn);
    const key = (await this.#keys)[page];
    return key === undefined ? { at: "end" } : { at: "from", key };
  }
}
