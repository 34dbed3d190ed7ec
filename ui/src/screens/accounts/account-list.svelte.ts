// The list of ad accounts as it is asked for and as far as it is here: all ids in order, and the rows that were looked at.
import { SvelteMap } from "svelte/reactivity";
import { asProblem, commands } from "../../ipc";
import type { AccountFacets, AccountQuery, AccountRow, AccountSort, Connection, Problem } from "../../ipc";

/** Rows asked for at a time; the listing brings as many at once. */
const WINDOW = 100;
/** Milliseconds without a key before a search is sent. */
const TYPING = 60;

const everything: AccountQuery = {
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

export class AccountList {
  query = $state.raw<AccountQuery>(everything);
  ids = $state.raw<string[]>([]);
  of = $state(0);
  facets = $state.raw<AccountFacets | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** The first listing has arrived. */
  loaded = $state(false);
  busy = $state(false);
  readonly rows = new SvelteMap<string, AccountRow>();

  /** Ids whose row is as new as the listing; other rows are shown until newer ones are here. */
  #fresh = new Set<string>();
  #asked = new Set<string>();
  #listing = 0;
  #window: [number, number] = [0, 0];
  #typing: ReturnType<typeof setTimeout> | undefined;

  readonly filtered = $derived(
    this.query.statuses.length + this.query.connections.length + this.query.users.length > 0,
  );
  readonly narrowed = $derived(this.filtered || this.query.search.trim() !== "");

  search(text: string): void {
    if (text === this.query.search) return;
    this.query = { ...this.query, search: text };
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.refresh(), TYPING);
  }

  sortBy(sort: AccountSort): Promise<void> {
    const descending = this.query.sort === sort && !this.query.descending;
    return this.#ask({ sort, descending });
  }

  toggleStatus(label: string): Promise<void> {
    return this.#ask({ statuses: toggled(this.query.statuses, label) });
  }

  toggleConnection(connection: Connection): Promise<void> {
    return this.#ask({ connections: toggled(this.query.connections, connection) });
  }

  toggleUser(id: string): Promise<void> {
    return this.#ask({ users: toggled(this.query.users, id) });
  }

  clearFilters(): Promise<void> {
    return this.#ask({ statuses: [], connections: [], users: [] });
  }

  clearAll(): Promise<void> {
    return this.#ask({ search: "", statuses: [], connections: [], users: [] });
  }

  /** Reads the listing again. An answer that is overtaken by a newer question is dropped. */
  async refresh(): Promise<void> {
    clearTimeout(this.#typing);
    const listing = ++this.#listing;
    this.busy = true;
    try {
      const [{ ids, of, rows }, facets] = await Promise.all([
        commands.listAccounts(this.query),
        commands.accountFacets(),
      ]);
      if (listing !== this.#listing) return;
      this.#fresh = new Set(rows.map(({ id }) => id));
      this.#asked = new Set();
      for (const row of rows) this.rows.set(row.id, row);
      this.ids = ids;
      this.of = of;
      this.facets = facets;
      this.problem = null;
      this.loaded = true;
      this.show(...this.#window);
    } catch (thrown) {
      if (listing === this.#listing) this.problem = asProblem(thrown);
    } finally {
      if (listing === this.#listing) this.busy = false;
    }
  }

  /** Says which places are on screen, the last one excluded, and fetches what is missing around them. */
  show(first: number, end: number): void {
    this.#window = [first, end];
    const from = Math.floor(first / WINDOW) * WINDOW;
    const to = Math.ceil(end / WINDOW) * WINDOW;
    const missing = this.ids.slice(from, to).filter((id) => !this.#fresh.has(id) && !this.#asked.has(id));
    if (missing.length > 0) void this.#fetch(missing);
  }

  async #fetch(ids: string[]): Promise<void> {
    const listing = this.#listing;
    for (const id of ids) this.#asked.add(id);
    try {
      const rows = await commands.accountRows(ids);
      if (listing !== this.#listing) return;
      for (const row of rows) {
        this.rows.set(row.id, row);
        this.#fresh.add(row.id);
      }
    } catch (thrown) {
      if (listing !== this.#listing) return;
      for (const id of ids) this.#asked.delete(id);
      this.problem = asProblem(thrown);
    }
  }

  #ask(change: Partial<AccountQuery>): Promise<void> {
    this.query = { ...this.query, ...change };
    return this.refresh();
  }
}

function toggled<T>(values: T[], value: T): T[] {
  return values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
}
