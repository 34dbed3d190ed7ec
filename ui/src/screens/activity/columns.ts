// The columns of Sync activity.
import type { ChosenColumn } from "../../lib/column-choice.svelte";

export const columns: ChosenColumn[] = [
  { id: "kind", title: "Kind", width: 84, fixed: true },
  { id: "account", title: "TikTok ad account", width: 166, grow: 2, fixed: true },
  { id: "state", title: "State", width: 150, grow: 2, fixed: true },
  { id: "progress", title: "Progress", width: 100, grow: 1, fixed: true },
  { id: "started", title: "Started", width: 84, shown: true },
  { id: "due", title: "Due by", width: 88 },
  { id: "ended", title: "Ended", width: 88 },
  { id: "brought", title: "Changes", width: 94, grow: 2, shown: true },
  { id: "error", title: "Error", width: 160, grow: 2 },
  { id: "action", title: "Action", width: 64, align: "end", fixed: true, pinned: true },
];
