import type { XpoAccountSort } from "../../ipc";
import type { ChosenColumn } from "../../lib/column-choice.svelte";

/** The columns, and which of them there is an order for. */
export const xpoColumns: (ChosenColumn & { sort?: XpoAccountSort })[] = [
  { id: "name", title: "XPO account", width: 104, grow: 2, fixed: true, sort: "name" },
  { id: "advertisers", title: "Advertisers", width: 96, grow: 2, shown: true, sort: "advertisers" },
  { id: "ad_accounts", title: "TikTok ad accounts", width: 126, grow: 3, shown: true, sort: "ad_accounts" },
  { id: "campaigns", title: "Campaigns", width: 98, align: "end", shown: true, sort: "campaigns" },
  { id: "audiences", title: "Audiences", width: 92, align: "end", shown: true },
  { id: "goals", title: "Goals, tags", width: 64, align: "end", shown: true },
  { id: "state", title: "State", width: 92, shown: true, sort: "state" },
  { id: "action", title: "Action", width: 64, align: "end", pinned: true, fixed: true },
].map((column) => ({ ...column, sortable: "sort" in column })) as (ChosenColumn & {
  sort?: XpoAccountSort;
})[];
