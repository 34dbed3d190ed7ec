// The list of TikTok ad accounts, with what it can be filtered by and the progress of syncs in its rows.
import { connectionLabels, syncAfterProgress } from "../../features/accounts/labels";
import { choicesOf, countedChoices, option, valueOptions, type Filter } from "../../features/list/filters";
import { commands, labels, lists, onChanged } from "../../ipc";
import type { AccountFacets, AccountQuery, AccountRow, Activity } from "../../ipc";
import { named } from "../../lib/list-state";
import { PagedList } from "../../lib/paged-list.svelte";
import { throttle } from "../../lib/throttle";

/** Milliseconds between two readings while a sync writes many times a second. */
const SYNCING = 1_000;

const unfiltered = {
  statuses: [],
  connections: [],
  users: [],
  allocated: null,
  xpoAccounts: [],
  default: null,
  mixedModes: null,
  synced: [],
};

export class AccountList extends PagedList<AccountQuery, AccountRow, string> {
  readonly filters: Filter[] = $derived.by(() => this.#filters());
  #facets = $state.raw<AccountFacets | null>(null);
  /** The names of rows that were on screen. Like a selection, they outlive a search. */
  readonly #names = new Map<string, string>();

  constructor(query: Partial<AccountQuery> = {}) {
    super(lists.accounts, { search: "", sort: "name", descending: false, ...unfiltered, ...query }, named);
  }

  override rowAt(index: number): AccountRow | undefined {
    const row = super.rowAt(index);
    if (row) this.#names.set(row.id, row.name);
    return row;
  }

  /** Returns the accounts with their names; those that were never on screen have an empty name. */
  withNames(ids: readonly string[]): { id: string; name: string }[] {
    return ids.map((id) => ({ id, name: this.#names.get(id) ?? "" }));
  }

  clearFilters = (): void => void this.ask(unfiltered);

  #filters(): Filter[] {
    const { statuses, connections, users, xpoAccounts } = this.criteria;
    const facets = this.#facets;
    const found = facets?.statuses.map(({ label, count }) => ({ value: label, count }));
    const reach = facets?.connections.map(({ connection, count }) => ({ value: connection, count }));
    const byId = (objects: AccountFacets["users"] | undefined, chosen: readonly string[]) =>
      countedChoices(
        objects?.map(({ id, count }) => ({ value: id, count })),
        chosen,
        (id) => objects?.find((one) => one.id === id)?.name ?? id,
      );
    return [
      { title: "Status", options: valueOptions(this, "statuses", countedChoices(found, statuses)) },
      {
        title: "Connection",
        options: valueOptions(
          this,
          "connections",
          countedChoices(reach, connections, (value) => connectionLabels[value].label),
        ),
      },
      {
        title: "Allocated",
        options: [
          option(this, "allocated", true, "Allocated", facets?.allocated),
          option(this, "allocated", false, "Not allocated"),
          option(this, "mixedModes", true, "With both payment modes"),
        ],
      },
      {
        title: "XPO account",
        options: valueOptions(this, "xpoAccounts", byId(facets?.xpoAccounts, xpoAccounts)),
      },
      { title: "TikTok user", options: valueOptions(this, "users", byId(facets?.users, users)) },
      {
        title: "Default",
        options: [
          option(this, "default", true, "Default of an XPO account", facets?.defaults),
          option(this, "default", false, "No default"),
        ],
      },
      { title: "Last synced", options: valueOptions(this, "synced", choicesOf(labels.Age)) },
    ];
  }

  /** Reads again after changes. Returns the function that stops it. */
  followAll(): () => void {
    return onChanged(
      ["accounts", "users", "decisions"],
      throttle(SYNCING, () => this.readAll()),
    );
  }

  async readAll(): Promise<void> {
    await Promise.all([this.refresh(), this.#readFacets()]);
  }

  /** Shows the progress of syncs without reading the list again. Rows whose sync has ended are read. */
  showSyncs(syncs: readonly Activity[]): void {
    const ended = new Set<string>();
    this.patch((row) => {
      let { sync } = row;
      for (const job of syncs) {
        if (job.adAccount !== row.id) continue;
        const moved = syncAfterProgress(sync, job);
        if (moved) sync = moved;
        else ended.add(row.id);
      }
      return sync === row.sync ? undefined : { ...row, sync };
    });
    if (ended.size > 0) void this.#readRows([...ended]);
  }

  async #readRows(ids: string[]): Promise<void> {
    try {
      const rows = new Map((await commands.accountRows(ids)).map((row) => [row.id, row]));
      this.patch(({ id }) => rows.get(id));
    } catch {
      // The next reading of the list reports the problem.
    }
  }

  async #readFacets(): Promise<void> {
    try {
      this.#facets = await commands.accountFacets();
    } catch {
      // The list, which is read at the same time, reports the problem.
    }
  }
}
