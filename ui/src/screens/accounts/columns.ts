// The columns of TikTok Accounts (R10). The id of one that can be sorted by is the order's name.
import type { AccountSort } from "../../ipc";
import type { ChosenColumn } from "../../lib/column-choice.svelte";

const sorts: readonly string[] = [
  "id",
  "name",
  "user",
  "currency",
  "timezone",
  "xpo_account",
  "status",
  "synced",
] satisfies AccountSort[];

export const isSort = (column: string): column is AccountSort => sorts.includes(column);

const columns: ChosenColumn[] = [
  { id: "id", title: "TikTok Ad Account ID", width: 176, fixed: true },
  { id: "name", title: "Name", width: 130, grow: 3, fixed: true },
  { id: "user", title: "TikTok user", width: 150, grow: 1 },
  { id: "currency", title: "Currency", width: 92 },
  { id: "timezone", title: "Timezone", width: 150 },
  { id: "country", title: "Country", width: 88 },
  { id: "company", title: "Company", width: 160, grow: 1 },
  { id: "synced", title: "Last synced", width: 120 },
  {
    id: "xpo_account",
    title: "TikTok Ad account allocated to Advertisers",
    width: 196,
    grow: 4,
    fixed: true,
  },
  { id: "status", title: "Status", width: 176, grow: 1, fixed: true },
  { id: "action", title: "Action", width: 68, align: "end", fixed: true, pinned: true },
];
export const accountColumns = columns.map((column) => ({ ...column, sortable: isSort(column.id) }));
