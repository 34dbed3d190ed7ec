// The list of ad accounts, with the facets it can be filtered by and the progress of syncs in its rows.
import { movedSync } from "../../features/accounts/labels";
import { commands, lists } from "../../ipc";
import type { AccountFacets, AccountQuery, AccountRow, Activity } from "../../ipc";
import { PagedList } from "../../lib/paged-list.svelte";
import { throttle } from "../../lib/throttle";

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

export class AccountList extends PagedList<AccountQuery, AccountRow> {
  facets = $state.raw<AccountFacets | null>(null);

  /** The names of rows that were on screen. They outlive a search, as ticks do. */
  readonly #names = new Map<string, string>();

  constructor(query: Partial<AccountQuery> = {}) {
    super(lists.accounts, { ...everything, ...query });
  }

  override rowAt(index: number): AccountRow | undefined {
    const row = super.rowAt(index);
    if (row) this.#names.set(row.id, row.name);
    return row;
  }

  /** The accounts with their names as far as they are known; others have an empty name. */
  named(ids: readonly string[]): { id: string; name: string }[] {
    return ids.map((id) => ({ id, name: this.#names.get(id) ?? "" }));
  }

  /** Reads the list and its facets again, at most once per CALM. */
  readonly changed = throttle(CALM, () => this.readAll());

  async readAll(): Promise<void> {
    await Promise.all([this.refresh(), this.#readFacets()]);
  }

  /** Shows the progress of syncs without reading the list again. Rows whose sync ended are read. */
  moved(syncs: readonly Activity[]): void {
    const jobs = new Map<string, Activity[]>();
    for (const job of syncs) jobs.set(job.adAccount, [...(jobs.get(job.adAccount) ?? []), job]);
    const ended = new Set<string>();
    this.patch((row) => {
      let { sync } = row;
      for (const job of jobs.get(row.id) ?? []) {
        const moved = movedSync(sync, job);
        if (moved) sync = moved;
        else ended.add(row.id);
      }
      return sync === row.sync ? undefined : { ...row, sync };
    });
    if (ended.size > 0) void this.#reread([...ended]);
  }

  async #reread(ids: string[]): Promise<void> {
    try {
      const rows = new Map((await commands.accountRows(ids)).map((row) => [row.id, row]));
      this.patch(({ id }) => rows.get(id));
    } catch {
      // The next reading of the list reports what is wrong.
    }
  }

  async #readFacets(): Promise<void> {
    try {
      this.facets = await commands.accountFacets();
    } catch {
      // The list, which is read at the same time, reports what is wrong.
    }
  }
}
