import { asProblem, commands, lists } from "../../ipc";
import type { CampaignFacets, CampaignQuery, CampaignRow, CampaignsOf } from "../../ipc";
import { named } from "../../lib/list-state";
import { messages } from "../../lib/messages.svelte";
import { PagedList } from "../../lib/paged-list.svelte";
import { countedChoices, option, valueOptions, type Filter } from "../list/filters";
import { objectiveOf } from "./labels";

const unfiltered = { statuses: [], objectives: [], initialized: null };

export class CampaignList extends PagedList<CampaignQuery, CampaignRow, string> {
  /** What the list can be filtered by; null until a filter's menu was opened. */
  #facets: CampaignFacets | null = $state.raw(null);

  constructor(of: CampaignsOf, start: Partial<CampaignQuery> = {}) {
    super(
      lists.campaigns,
      { of, search: "", sort: "name", descending: false, ...unfiltered, ...start },
      named,
    );
  }

  get statusFilter(): Filter {
    const found = this.#facets?.statuses.map(({ label, count }) => ({ value: label, count }));
    return {
      title: "Status",
      ...this.#counting,
      options: valueOptions(this, "statuses", countedChoices(found, this.criteria.statuses)),
    };
  }

  get objectiveFilter(): Filter {
    const choices = countedChoices(this.#facets?.objectives, this.criteria.objectives, objectiveOf);
    return { title: "Objective", ...this.#counting, options: valueOptions(this, "objectives", choices) };
  }

  get initializedFilter(): Filter {
    return {
      title: "Initialized",
      options: [
        option(this, "initialized", true, "Initialized"),
        option(this, "initialized", false, "Not initialized"),
      ],
    };
  }

  get narrowed(): boolean {
    const { search, statuses, objectives, initialized } = this.query;
    return search.trim() !== "" || statuses.length + objectives.length > 0 || initialized !== null;
  }

  clearFilters = (): void => void this.ask(unfiltered);

  get #counting() {
    return { onopen: () => void this.#count(), loading: this.#facets === null };
  }

  async #count(): Promise<void> {
    try {
      this.#facets = await commands.campaignFacets(this.query.of);
    } catch (thrown) {
      messages.problem(asProblem(thrown));
    }
  }
}
