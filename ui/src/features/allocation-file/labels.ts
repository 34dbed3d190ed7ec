// Labels for the rows of an allocation file.
import { labels, type AllocationResult, type SheetKind } from "../../ipc";

export const sheetKinds: Record<SheetKind, string> = {
  accounts: "TikTok ad account",
  campaigns: "Campaign",
  audiences: "Audience",
};

export type ShownResult = AllocationResult | "blocked";

/** In the order in which they are shown. */
export const shownResults: { result: ShownResult; words: string; tone: "ok" | "wait" | "bad" | "off" }[] = [
  { result: "blocked", words: "blocked", tone: "bad" },
  { result: "unreadable", words: labels.AllocationResult.unreadable, tone: "bad" },
  { result: "removed", words: labels.AllocationResult.removed, tone: "wait" },
  { result: "changed", words: labels.AllocationResult.changed, tone: "ok" },
  { result: "added", words: labels.AllocationResult.added, tone: "ok" },
  { result: "unchanged", words: labels.AllocationResult.unchanged, tone: "off" },
];
