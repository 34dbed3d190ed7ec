// A list of campaigns as it is asked for: its filters and its order. The Rust side does both.
import type { Everything } from "../../features/allocation-editor/ticking.svelte";
import { objectiveOf } from "../../features/campaigns/labels";
import { toggled, type Filter } from "../../features/list/list-view";
import {
  asProblem,
  commands,
  lists,
  type CampaignFacets,
  type CampaignQuery,
  type CampaignRow,
} from "../../ipc";
import type { CampaignsOf, CampaignSort } from "../../ipc";
import { messages } from "../../lib/messages.svelte";
import { number } from "../../lib/numbers";
import { PagedList } from "../../lib/paged-list.svelte";
import { sorts } from "./columns";

const source = lists.campaigns;
const unfiltered = { statuses: [], objectives: [], initialized: null };

export class CampaignList extends PagedList<CampaignQuery, CampaignRow> {
  /** What it can be filtered by; null until a menu was opened. */
  #facets: CampaignFacets | null = $state.raw(null);

  constructor(of: CampaignsOf, wishes: Partial<CampaignQuery> = {}) {
    super(source, { of, search: "", sort: "name", descending: false, ...unfiltered, ...wishes });
  }

  get filters(): Filter[] {
    const { statuses, objectives, initialized, of } = this.query;
    const onopen = () => void this.#count();
    const facets = this.#facets;
    const filters: Filter[] = [
      {
        title: "Status",
        onopen,
        loading: !facets,
        options: this.#options(facets?.statuses, statuses).map(({ value, count }) => ({
          label: value,
          ...(count === undefined ? {} : { note: number(count) }),
          chosen: statuses.includes(value),
          toggle: () => void this.ask({ statuses: toggled(statuses, value) }),
        })),
      },
      {
        title: "Objective",
        onopen,
        loading: !facets,
        options: this.#options(facets?.objectives, objectives).map(({ value, count }) => ({
          label: objectiveOf(value),
          ...(count === undefined ? {} : { note: number(count) }),
          chosen: objectives.includes(value),
          toggle: () => void this.ask({ objectives: toggled(objectives, value) }),
        })),
      },
    ];
    if (of.of === "allocated") {
      filters.push({
        title: "Initialized",
        options: [true, false].map((value) => ({
          label: value ? "Initialized" : "Not initialized",
          chosen: initialized === value,
          toggle: () => void this.ask({ initialized: initialized === value ? null : value }),
        })),
      });
    }
    return filters;
  }

  get narrowed(): boolean {
    const { search, statuses, objectives, initialized } = this.query;
    return search.trim() !== "" || statuses.length + objectives.length > 0 || initialized !== null;
  }

  clear(): void {
    void this.ask({ search: "", ...unfiltered });
  }

  sortBy(column: string): void {
    const sort: CampaignSort | undefined = sorts[column];
    if (sort) void this.ask({ sort, descending: this.query.sort === sort && !this.query.descending });
  }

  /** Everything that matches; what is initialized is locked (R36, A2). */
  async everything(allocated: boolean): Promise<Everything> {
    const [ids, locked] = await Promise.all([
      lists.campaigns.ids(this.query),
      allocated && this.query.initialized !== false
        ? lists.campaigns.ids({ ...this.query, initialized: true })
        : [],
    ]);
    const initialized = new Set(locked);
    return { ids, has: () => allocated, locked: (id) => initialized.has(id) };
  }

  /** Those that occur, and those in force that do not. */
  #options(
    facets: readonly ({ count: number } & ({ label: string } | { value: string }))[] = [],
    chosen: readonly string[],
  ): { value: string; count?: number }[] {
    const found = facets.map((facet) => ({
      value: "label" in facet ? facet.label : facet.value,
      count: facet.count,
    }));
    return [
      ...found,
      ...chosen.filter((one) => !found.some(({ value }) => value === one)).map((value) => ({ value })),
    ];
  }

  async #count(): Promise<void> {
    try {
      this.#facets = await commands.campaignFacets(this.query.of);
    } catch (thrown) {
      messages.problem(asProblem(thrown));
    }
  }
}
