// The columns of Allocate Campaigns.
import type { CampaignSort } from "../../ipc";
import type { ChosenColumn } from "../../lib/column-choice.svelte";

/** What a press on a header orders by. */
export const sorts: Record<string, CampaignSort> = {
  id: "id",
  name: "name",
  objective: "objective",
  status: "status",
  budget: "budget",
  created: "created",
  allocated: "allocated",
};

const named = (columns: Omit<ChosenColumn, "sortable">[]): ChosenColumn[] =>
  columns.map((column) => ({ ...column, sortable: column.id in sorts }));

const first = [
  { id: "id", title: "Campaign ID", width: 164, fixed: true },
  { id: "name", title: "Campaign Name", width: 132, grow: 3, fixed: true },
];
const facts = [
  { id: "objective", title: "Objective", width: 92, grow: 1, shown: true },
  { id: "status", title: "Status", width: 136, grow: 1, fixed: true },
  { id: "budget", title: "Budget", width: 92, shown: true },
  { id: "synced", title: "Last synced", width: 92, shown: true },
  { id: "created", title: "Created", width: 150 },
];
const last = [{ id: "action", title: "Action", width: 60, align: "end" as const, fixed: true, pinned: true }];

export const availableColumns = named([...first, ...facts, ...last]);
export const allocatedColumns = named([
  ...first,
  ...facts,
  { id: "allocated", title: "Allocated", width: 104, shown: true },
  { id: "initialized", title: "Initialized", width: 112, shown: true },
  ...last,
]);
/** Where some are chosen for a decision. */
export const choiceColumns = named([...first, ...facts.filter(({ id }) => id === "status")]);
