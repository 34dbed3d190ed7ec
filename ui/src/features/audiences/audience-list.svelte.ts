import { asProblem, commands, lists } from "../../ipc";
import type { AudienceKey, AudienceQuery, AudienceRow, AudiencesOf, Facet } from "../../ipc";
import { named, type Identity } from "../../lib/list-state";
import { messages } from "../../lib/messages.svelte";
import { PagedList } from "../../lib/paged-list.svelte";
import type { AllRows } from "../../lib/selection.svelte";
import { countedChoices, option, valueOptions, type Filter, type FilterOption } from "../list/filters";

const unfiltered = { types: [], valid: null };

const idsOf = async (query: AudienceQuery) =>
  (await lists.audiences.ids(query)).map(({ audience }) => audience);

/** Audiences of several TikTok ad accounts, where one audience has a row for each. */
export const audienceIdentity: Identity<AudienceRow> = {
  idOf: ({ id, adAccount }) => `${id} ${adAccount.id}`,
  nameOf: named.nameOf,
};

/** Returns the audience with an id of `audienceIdentity`. */
export function audienceKeyOf(id: string): AudienceKey {
  const [audience = "", adAccount = ""] = id.split(" ");
  return { adAccount, audience };
}

export class AudienceList extends PagedList<AudienceQuery, AudienceRow, AudienceKey> {
  /** The types that the list can be filtered by; null until the filter's menu was opened. */
  #types: Facet[] | null = $state.raw(null);

  readonly #identity: Identity<AudienceRow>;

  constructor(of: AudiencesOf, start: Partial<AudienceQuery> = {}, identity: Identity<AudienceRow> = named) {
    super(
      lists.audiences,
      { of, search: "", sort: "name", descending: false, ...unfiltered, ...start },
      identity,
    );
    this.#identity = identity;
  }

  get typeFilter(): Filter {
    const choices = countedChoices(this.#types, this.query.types, (value) => value || "Unknown");
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
      options: [option(this, "valid", true, "Ready"), option(this, "valid", false, "Not ready")],
    };
  }

  clearFilters = (): void => void this.ask(unfiltered);

  override async ids(): Promise<string[]> {
    const keys = await lists.audiences.ids(this.query);
    const whole = this.#identity === audienceIdentity;
    return keys.map(({ audience, adAccount }) => (whole ? `${audience} ${adAccount}` : audience));
  }

  async #count(): Promise<void> {
    try {
      this.#types = await commands.audienceFacets(this.query.of);
    } catch (thrown) {
      messages.problem(asProblem(thrown));
    }
  }
}

/** Which audiences of a TikTok ad account: "all" leaves out the excluded ones. */
export type View = "all" | "allocated" | "not_allocated" | "excluded";

/** The audiences of a TikTok ad account, in one of several views. */
export class AccountAudiences extends AudienceList {
  readonly #adAccount: string;
  readonly #advertiser: string | null;

  /** `advertiser` is whose allocations the views are about. */
  constructor(adAccount: string, advertiser: string | null = null, view: View = "all", search = "") {
    super(viewOf(adAccount, advertiser, view), { search });
    this.#adAccount = adAccount;
    this.#advertiser = advertiser;
  }

  get view(): View {
    const { of } = this.query;
    if (of.of === "excluded") return "excluded";
    return of.of === "allocated" ? (of.allocated ? "allocated" : "not_allocated") : "all";
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
    const { search, types, valid } = this.query;
    return search.trim() !== "" || types.length > 0 || valid !== null || this.view !== "all";
  }

  override clearFilters = (): void =>
    void this.ask({ of: viewOf(this.#adAccount, this.#advertiser, "all"), ...unfiltered });

  /** Returns every audience that matches, and which of them the advertiser has. */
  async all(): Promise<AllRows> {
    const of = this.#advertiser ? viewOf(this.#adAccount, this.#advertiser, "allocated") : null;
    const [ids, allocated] = await Promise.all([this.ids(), of ? idsOf({ ...this.query, of }) : []]);
    const initially = new Set(allocated);
    return { ids, initially: (id) => initially.has(id) };
  }

  #option(label: string, view: View): FilterOption {
    const chosen = this.view === view;
    const toggle = () =>
      void this.ask({ of: viewOf(this.#adAccount, this.#advertiser, chosen ? "all" : view) });
    return { label, chosen, toggle };
  }
}

function viewOf(adAccount: string, advertiser: string | null, view: View): AudiencesOf {
  if (view === "excluded") return { of: "excluded", adAccount };
  if (view === "all" || !advertiser) return { of: "ad_account", adAccount };
  return { of: "allocated", adAccount, advertiser, allocated: view === "allocated" };
}
