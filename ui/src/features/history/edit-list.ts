// The edits of a history entry, of which there may be a hundred thousand.
import { mutedText, textWithTag, textWithTooltip } from "../../components/table/cells.svelte";
import type { CellContent, ColumnDef } from "../../components/table/columns";
import { labels, lists, type DecisionKind, type EntryEdit } from "../../ipc";
import { PagedList } from "../../lib/paged-list.svelte";
import { aboutOf } from "../decisions/edit-labels";
import { valueOptions, type Filter } from "../list/filters";

/** Whether something that an edit is about still has a name. A removed object has one only in the values. */
const isNamed = ({ edit }: EntryEdit) => aboutOf(edit) !== labels.DecisionKind[edit.kind];

export type EditList = ReturnType<typeof editList>;

export const editList = (entry: number, search = "") =>
  new PagedList(
    lists.edits,
    { entry, search, kinds: [] },
    {
      idOf: ({ number }: EntryEdit) => `${entry} ${number}`,
      nameOf: ({ edit }) => `${labels.DecisionKind[edit.kind]}: ${aboutOf(edit)}`,
    },
  );

/** Returns the number of an edit from its id. */
export const numberOfEdit = (id: string) => Number(id.slice(id.indexOf(" ") + 1));

const kinds = Object.entries(labels.DecisionKind).map(([value, label]) => ({
  value: value as DecisionKind,
  label,
}));

export const kindFilter = (list: EditList): Filter => ({
  title: "What",
  options: valueOptions(list, "kinds", kinds),
});

const valueCell = (value: string | null): CellContent =>
  value === null ? mutedText("–") : textWithTooltip(value, value);

/** Returns the columns with the values before and after the entry or, for its undo, the present ones first. */
export function editColumns(undo = false, tagOf: (row: EntryEdit) => string | null = () => null) {
  const columns: ColumnDef<EntryEdit>[] = [
    { id: "kind", title: "What", width: 148, cell: ({ edit }) => labels.DecisionKind[edit.kind] },
    {
      id: "about",
      title: "Of",
      width: 220,
      grow: 3,
      link: isNamed,
      visibility: "always",
      cell: (row) => textWithTag(isNamed(row) ? aboutOf(row.edit) : "(removed)", tagOf(row)),
    },
    {
      id: "before",
      title: undo ? "Now" : "Before",
      width: 120,
      grow: 1,
      cell: ({ edit }) => valueCell(undo ? edit.after : edit.before),
    },
    {
      id: "after",
      title: undo ? "Then" : "After",
      width: 120,
      grow: 1,
      cell: ({ edit }) => valueCell(undo ? edit.before : edit.after),
    },
  ];
  return columns;
}
