// The columns of Allocate Audiences (R42).
import type { AudienceSort } from "../../ipc";
import type { ChosenColumn } from "../../lib/column-choice.svelte";

/** What a press on a header orders by. */
export const sorts: Record<string, AudienceSort> = {
  id: "id",
  name: "name",
  type: "type",
  size: "size",
  expires: "expires",
  allocated: "allocated",
};

const named = (columns: Omit<ChosenColumn, "sortable">[]): ChosenColumn[] =>
  columns.map((column) => ({ ...column, sortable: column.id in sorts }));

export const audienceColumns = named([
  { id: "id", title: "Audience ID", width: 164, fixed: true },
  { id: "name", title: "Audience Name", width: 132, grow: 3, fixed: true },
  { id: "type", title: "Type", width: 112, grow: 1, fixed: true },
  { id: "allocated", title: "Allocated", width: 124, grow: 2, fixed: true },
  { id: "size", title: "Size", width: 96, align: "end" },
  { id: "availability", title: "Availability", width: 156, shown: true },
  { id: "expires", title: "Expires", width: 110 },
  { id: "owner", title: "Shared", width: 110 },
  { id: "action", title: "Action", width: 60, align: "end", fixed: true, pinned: true },
]);
/** Where some are chosen for a decision. */
export const choiceColumns = named([
  { id: "id", title: "Audience ID", width: 166, fixed: true },
  { id: "name", title: "Audience Name", width: 160, grow: 3, fixed: true },
  { id: "allocated", title: "Allocated", width: 180, grow: 2, fixed: true },
]);
