import { asProblem, commands, labels, lists } from "../../ipc";
import type { AudienceChoice, AudienceKey, AudienceQuery, AudienceRow, AudiencesOf, Facet } from "../../ipc";
import { named, type Identity } from "../../lib/list-state";
import { messages } from "../../lib/messages.svelte";
import { PagedList } from "../../lib/paged-list.svelte";
import type { AllRows } from "../../lib/selection.svelte";
import {
  choicesOf as labelled,
  countedChoices,
  valueOptions,
  type Filter,
  type FilterOption,
} from "../list/filters";

const unfiltered = { types: [], availability: [] };

/** Returns the id that an audience of a TikTok ad account has in a list. */
export const audienceIdOf = ({ audience, adAccount }: AudienceKey) => `${audience} ${adAccount}`;

const idsOf = async (query: AudienceQuery) => (await lists.audiences.ids(query)).map(audienceIdOf);

/** An audience that several TikTok ad accounts share has a row for each. */
const audienceIdentity: Identity<AudienceRow> = {
  idOf: ({ id, adAccount }) => audienceIdOf({ audience: id, adAccount: adAccount.id }),
  nameOf: named.nameOf,
};

/** Returns the audience with an id of `audienceIdOf`. */
export function audienceKeyOf(id: string): AudienceKey {
  const [audience = "", adAccount = ""] = id.split(" ");
  return { adAccount, audience };
}

/** Returns what to allocate and deallocate in each TikTok ad account, from ids of the list. */
export function choicesOf(allocate: readonly string[], deallocate: readonly string[]): AudienceChoice[] {
  const choices = new Map<string, AudienceChoice>();
  for (const [ids, what] of [
    [allocate, "allocate"],
    [deallocate, "deallocate"],
  ] as const) {
    for (const { adAccount, audience } of ids.map(audienceKeyOf)) {
      const choice = choices.get(adAccount) ?? { adAccount, allocate: [], deallocate: [] };
      choice[what].push(audience);
      choices.set(adAccount, choice);
    }
  }
  return [...choices.values()];
}

/** Returns the ids of the list that are in the choices: those to allocate, and those to deallocate. */
export function idsIn(choices: readonly AudienceChoice[]): [string[], string[]] {
  const ids = (what: "allocate" | "deallocate") =>
    choices.flatMap((choice) =>
      choice[what].map((audience) => audienceIdOf({ audience, adAccount: choice.adAccount })),
    );
  return [ids("allocate"), ids("deallocate")];
}

export class AudienceList extends PagedList<AudienceQuery, AudienceRow, AudienceKey> {
  /** The types that the list can be filtered by; null until the filter's menu was opened. */
  #types: Facet[] | null = $state.raw(null);

  constructor(of: AudiencesOf, start: Partial<AudienceQuery> = {}) {
    super(
      lists.audiences,
      { of, search: "", sort: "name", descending: false, ...unfiltered, ...start },
      audienceIdentity,
    );
  }

  get typeFilter(): Filter {
    const choices = countedChoices(this.#types, this.criteria.types, (value) => value || "Unknown");
    return {
      title: "Type",
      onopen: () => void this.#count(),
      loading: this.#types === null,
      options: valueOptions(this, "types", choices),
    };
  }

  get availabilityFilter(): Filter {
    return {
      title: "Availability",
      options: valueOptions(this, "availability", labelled(labels.Availability)),
    };
  }

  clearFilters = (): void => void this.ask(unfiltered);

  override ids(): Promise<string[]> {
    return idsOf(this.query);
  }

  async #count(): Promise<void> {
    try {
      this.#types = await commands.audienceFacets(this.query.of);
    } catch (thrown) {
      messages.problem(asProblem(thrown));
    }
  }
}

/** Which audiences of some TikTok ad accounts: "all" leaves out the excluded ones. */
export type View = "all" | "allocated" | "not_allocated" | "excluded";

/** The audiences of some TikTok ad accounts, in one of several views. */
export class AccountAudiences extends AudienceList {
  readonly #adAccounts: string[];
  readonly #advertiser: string | null;

  /** `advertiser` is whose allocations the views are about. */
  constructor(adAccounts: string[], advertiser: string | null = null, view: View = "all", search = "") {
    super(viewOf(adAccounts, advertiser, view), { search });
    this.#adAccounts = adAccounts;
    this.#advertiser = advertiser;
  }

  get view(): View {
    const { of } = this.criteria;
    if (of.of === "excluded") return "excluded";
    return of.of === "allocated" ? (of.allocated ? "allocated" : "not_allocated") : "all";
  }

  override snapshot(): Record<string, unknown> {
    return { ...super.snapshot(), view: this.view };
  }

  override restore({ view, ...snapshot }: Record<string, unknown>): void {
    const views: View[] = ["all", "allocated", "not_allocated", "excluded"];
    const known = views.find((one) => one === view) ?? "all";
    super.restore({ ...snapshot, of: viewOf(this.#adAccounts, this.#advertiser, known) });
  }

  get allocatedFilter(): Filter {
    return {
      title: "Allocated",
      options: this.#advertiser
        ? [this.#option("Allocated", "allocated"), this.#option("Not allocated", "not_allocated")]
        : [],
    };
  }

  get excludedFilter(): Filter {
    return { title: "Excluded", options: [this.#option("Excluded from XPO", "excluded")] };
  }

  get narrowed(): boolean {
    const { search, types, availability } = this.query;
    return search.trim() !== "" || types.length > 0 || availability.length > 0 || this.view !== "all";
  }

  override clearFilters = (): void =>
    void this.ask({ of: viewOf(this.#adAccounts, this.#advertiser, "all"), ...unfiltered });

  /** Returns every audience that matches, or with `everything` every one, and which of them the advertiser has. */
  async all(everything = false): Promise<AllRows> {
    const all = { search: "", ...unfiltered, of: viewOf(this.#adAccounts, null, "all") };
    const query = { ...this.query, ...(everything && all) };
    const of = this.#advertiser ? viewOf(this.#adAccounts, this.#advertiser, "allocated") : null;
    const [ids, allocated] = await Promise.all([idsOf(query), of ? idsOf({ ...query, of }) : []]);
    const initially = new Set(allocated);
    return { ids, initially: (id) => initially.has(id) };
  }

  #option(label: string, view: View): FilterOption {
    const chosen = this.view === view;
    const toggle = () =>
      void this.ask({ of: viewOf(this.#adAccounts, this.#advertiser, chosen ? "all" : view) });
    return { label, chosen, toggle };
  }
}

function viewOf(adAccounts: string[], advertiser: string | null, view: View): AudiencesOf {
  if (view === "excluded") return { of: "excluded", adAccounts };
  if (view === "all" || !advertiser) return { of: "ad_accounts", adAccounts };
  return { of: "allocated", adAccounts, advertiser, allocated: view === "allocated" };
}
