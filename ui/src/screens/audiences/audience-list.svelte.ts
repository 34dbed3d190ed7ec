// The list of a TikTok ad account's audiences as it is asked for: its filters and its order. The Rust side does both.
import type { Everything } from "../../features/allocation-editor/ticking.svelte";
import { toggled, type Filter, type FilterOption } from "../../features/list/list-view";
import { asProblem, commands, lists } from "../../ipc";
import type { AudienceQuery, AudienceRow, AudienceSort, AudiencesOf, Facet } from "../../ipc";
import { messages } from "../../lib/messages.svelte";
import { number } from "../../lib/numbers";
import { PagedList } from "../../lib/paged-list.svelte";
import { sorts } from "./columns";

const source = lists.audiences;

/** Which of them: all that are not excluded, those that the advertiser has or has not, or the excluded ones. */
export type View = "all" | "allocated" | "free" | "excluded";

const idsOf = async (query: AudienceQuery) =>
  (await lists.audiences.ids(query)).map(({ audience }) => audience);

export class AudienceList extends PagedList<AudienceQuery, AudienceRow> {
  readonly #adAccount: string;
  readonly #advertiser: string | null;
  /** The types that it can be filtered by; null until a menu was opened. */
  #types: Facet[] | null = $state.raw(null);

  constructor(adAccount: string, advertiser: string | null, view: View, search = "") {
    super(source, {
      of: whose(adAccount, advertiser, view),
      search,
      sort: "name",
      descending: false,
      types: [],
      valid: null,
    });
    this.#adAccount = adAccount;
    this.#advertiser = advertiser;
  }

  get view(): View {
    const { of } = this.query;
    if (of.of === "excluded") return "excluded";
    return of.of === "allocated" ? (of.allocated ? "allocated" : "free") : "all";
  }

  get filters(): Filter[] {
    const { types, valid } = this.query;
    const found = this.#types ?? [];
    const lost = types.filter((one) => !found.some(({ value }) => value === one));
    const type = (value: string, count?: number): FilterOption => ({
      label: value || "Untold",
      ...(count === undefined ? {} : { note: number(count) }),
      chosen: types.includes(value),
      toggle: () => void this.ask({ types: toggled(types, value) }),
    });
    const view = (label: string, value: View): FilterOption => ({
      label,
      chosen: this.view === value,
      toggle: () => this.look(this.view === value ? "all" : value),
    });
    return [
      {
        title: "Allocated",
        options: this.#advertiser ? [view("Allocated", "allocated"), view("Not allocated", "free")] : [],
      },
      {
        title: "Type",
        onopen: () => void this.#count(),
        loading: !this.#types,
        options: [...found.map(({ value, count }) => type(value, count)), ...lost.map((one) => type(one))],
      },
      {
        title: "Availability",
        options: [true, false].map((value) => ({
          label: value ? "Ready" : "Not ready",
          chosen: valid === value,
          toggle: () => void this.ask({ valid: valid === value ? null : value }),
        })),
      },
      { title: "Excluded", options: [view("Excluded from XPO", "excluded")] },
    ];
  }

  get narrowed(): boolean {
    const { search, types, valid } = this.query;
    return search.trim() !== "" || types.length > 0 || valid !== null || this.view !== "all";
  }

  look(view: View): void {
    void this.ask({ of: whose(this.#adAccount, this.#advertiser, view) });
  }

  clear(): void {
    void this.ask({
      of: whose(this.#adAccount, this.#advertiser, "all"),
      search: "",
      types: [],
      valid: null,
    });
  }

  sortBy(column: string): void {
    const sort: AudienceSort | undefined = sorts[column];
    if (sort) void this.ask({ sort, descending: this.query.sort === sort && !this.query.descending });
  }

  ids(): Promise<string[]> {
    return idsOf(this.query);
  }

  /** Everything that matches, and which of them the advertiser has. */
  async everything(): Promise<Everything> {
    const of = this.#advertiser ? whose(this.#adAccount, this.#advertiser, "allocated") : null;
    const [ids, held] = await Promise.all([this.ids(), of ? idsOf({ ...this.query, of }) : []]);
    const has = new Set(held);
    return { ids, has: (id) => has.has(id), locked: () => false };
  }

  async #count(): Promise<void> {
    try {
      this.#types = await commands.audienceFacets(this.query.of);
    } catch (thrown) {
      messages.problem(asProblem(thrown));
    }
  }
}

function whose(adAccount: string, advertiser: string | null, view: View): AudiencesOf {
  if (view === "excluded") return { of: "excluded", adAccount };
  if (view === "all" || !advertiser) return { of: "ad_account", adAccount };
  return { of: "allocated", adAccount, advertiser, allocated: view === "allocated" };
}
