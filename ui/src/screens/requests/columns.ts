// The columns of Requests. The id of one that can be sorted by is the order's name.
import type { RequestSort } from "../../ipc";
import type { ChosenColumn } from "../../lib/column-choice.svelte";

const sorts: readonly string[] = ["requested", "name", "state", "attempts"] satisfies RequestSort[];

export const isSort = (column: string): column is RequestSort => sorts.includes(column);

const columns: ChosenColumn[] = [
  { id: "requested", title: "Requested", width: 112, fixed: true },
  { id: "name", title: "Ad Account name", width: 150, grow: 3, fixed: true },
  { id: "state", title: "State", width: 150, grow: 3, fixed: true },
  { id: "attempts", title: "Attempts", width: 96, align: "end", shown: true },
  { id: "who", title: "Requested by", width: 120, grow: 1 },
  { id: "industry", title: "Industry", width: 140, grow: 1 },
  { id: "country", title: "Country", width: 84 },
  { id: "currency", title: "Currency", width: 88 },
  { id: "timezone", title: "Timezone", width: 140 },
  { id: "account", title: "Account", width: 176, grow: 3, fixed: true },
  { id: "action", title: "Action", width: 68, align: "end", fixed: true, pinned: true },
];
export const requestColumns = columns.map((column) => ({ ...column, sortable: isSort(column.id) }));
