// The columns of Sync activity.
import type { ChosenColumn } from "../../state/column-choice.svelte";

export const columns: ChosenColumn[] = [
  { id: "kind", title: "Kind", width: 96, fixed: true },
  { id: "account", title: "TikTok ad account", width: 142, grow: 2, fixed: true },
  { id: "state", title: "State", width: 172, grow: 2, fixed: true },
  { id: "progress", title: "Progress", width: 112, grow: 1, fixed: true },
  { id: "started", title: "Started", width: 76, shown: true },
  { id: "due", title: "Due by", width: 76 },
  { id: "ended", title: "Ended", width: 76 },
  { id: "brought", title: "What it brought", width: 112, grow: 2, shown: true },
  { id: "error", title: "Error", width: 160, grow: 2 },
  { id: "action", title: "Action", width: 68, align: "end", fixed: true, pinned: true },
];
