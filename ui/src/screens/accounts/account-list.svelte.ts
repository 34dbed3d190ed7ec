// The list of ad accounts as it is asked for and as far as it is here: all ids in order, and the rows that were looked at.
import { SvelteMap } from "svelte/reactivity";
import { movedSync } from "../../features/accounts/labels";
import type { ListState } from "../../features/list/list-view";
import { asProblem, commands } from "../../ipc";
import type { AccountFacets, AccountQuery, AccountRow, Activity, Problem } from "../../ipc";
import { throttle } from "../../lib/throttle";

/** Rows asked for at a time; the listing brings as many at once. */
const WINDOW = 100;
/** Milliseconds without a key before a search is sent. */
const TYPING = 60;
/** Milliseconds between two readings while a sync writes many times a second. */
const CALM = 1_000;

export const everything: AccountQuery = {
  search: "",
  sort: "name",
  descending: false,
  statuses: [],
  connections: [],
  users: [],
  allocated: null,
  xpoAccounts: [],
  default: null,
  mixedModes: null,
  syncedFrom: null,
  syncedUntil: null,
};

/** The filters, without search and order. */
export const noFilters = (({ search: _search, sort: _sort, descending: _descending, ...filters }) => filters)(
  everything,
);

export class AccountList implements ListState<AccountRow> {
  query: AccountQuery = $state.raw(everything);
  ids = $state.raw<string[]>([]);
  of = $state(0);
  facets = $state.raw<AccountFacets | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** The first listing has arrived. */
  loaded = $state(false);
  busy = $state(false);

  readonly #rows = new SvelteMap<string, AccountRow>();
  /** Ids whose row is as new as the listing; other rows are shown until newer ones are here. */
  #fresh = new Set<string>();
  #asked = new Set<string>();
  #listing = 0;
  #window: [number, number] = [0, 0];
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(query: Partial<AccountQuery> = {}) {
    this.query = { ...everything, ...query };
  }

  get count(): number {
    return this.ids.length;
  }

  rowAt(index: number): AccountRow | undefined {
    const id = this.ids[index];
    return id === undefined ? undefined : this.#rows.get(id);
  }

  /** Those of them whose rows are here have a name. */
  named(ids: readonly string[]): { id: string; name: string }[] {
    return ids.map((id) => ({ id, name: this.#rows.get(id)?.name ?? "" }));
  }

  search(text: string): void {
    if (text === this.query.search) return;
    this.query = { ...this.query, search: text };
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.#read(), TYPING);
  }

  /** Asks for something else: other filters, another order. */
  ask(change: Partial<AccountQuery>): Promise<void> {
    this.query = { ...this.query, ...change };
    return this.#read();
  }

  /** Reads the same again, and what it can be filtered by. */
  async refresh(): Promise<void> {
    await Promise.all([this.#read(), this.#count()]);
  }

  /** Something was written, perhaps one of many things in a row. */
  readonly changed = throttle(CALM, () => this.refresh());

  /** Shows how syncs get on without reading the list again; only rows whose syncs have ended are read. */
  moved(syncs: readonly Activity[]): void {
    let ended = false;
    for (const job of syncs) {
      const row = this.#rows.get(job.adAccount);
      if (!row) continue;
      const sync = movedSync(row.sync, job);
      if (sync) this.#rows.set(row.id, { ...row, sync });
      else {
        this.#fresh.delete(row.id);
        this.#asked.delete(row.id);
        ended = true;
      }
    }
    if (ended) this.show(...this.#window);
  }

  /** Says which places are on screen, the last one excluded, and fetches what is missing around them. */
  show(first: number, end: number): void {
    this.#window = [first, end];
    const from = Math.floor(first / WINDOW) * WINDOW;
    const to = Math.ceil(end / WINDOW) * WINDOW;
    const missing = this.ids.slice(from, to).filter((id) => !this.#fresh.has(id) && !this.#asked.has(id));
    if (missing.length > 0) void this.#fetch(missing);
  }

  /** An answer that is overtaken by a newer question is dropped. */
  async #read(): Promise<void> {
    clearTimeout(this.#typing);
    const listing = ++this.#listing;
    this.busy = true;
    try {
      const { ids, of, rows } = await commands.listAccounts(this.query);
      if (listing !== this.#listing) return;
      this.#fresh = new Set(rows.map(({ id }) => id));
      this.#asked = new Set();
      for (const row of rows) this.#rows.set(row.id, row);
      this.ids = ids;
      this.of = of;
      this.problem = null;
      this.loaded = true;
      this.show(...this.#window);
    } catch (thrown) {
      if (listing === this.#listing) this.problem = asProblem(thrown);
    } finally {
      if (listing === this.#listing) this.busy = false;
    }
  }

  async #count(): Promise<void> {
    try {
      this.facets = await commands.accountFacets();
    } catch {
      // The listing, asked for at the same time, tells what is wrong.
    }
  }

  async #fetch(ids: string[]): Promise<void> {
    const listing = this.#listing;
    for (const id of ids) this.#asked.add(id);
    try {
      const rows = await commands.accountRows(ids);
      if (listing !== this.#listing) return;
      for (const row of rows) {
        this.#rows.set(row.id, row);
        this.#fresh.add(row.id);
      }
    } catch (thrown) {
      if (listing === this.#listing) this.problem = asProblem(thrown);
    } finally {
      if (listing === this.#listing) for (const id of ids) this.#asked.delete(id);
    }
  }
}
