// Labels for the rows of an allocation file.
import type { AllocationResult, SheetKind } from "../../ipc";

export const sheetKinds: Record<SheetKind, string> = {
  accounts: "TikTok ad account",
  campaigns: "Campaign",
  audiences: "Audience",
};

export type ShownResult = AllocationResult | "blocked";

/** In the order in which they are shown. */
export const shownResults: { result: ShownResult; words: string; tone: "ok" | "wait" | "bad" | "off" }[] = [
  { result: "blocked", words: "blocked", tone: "bad" },
  { result: "unreadable", words: "can't be imported", tone: "bad" },
  { result: "removed", words: "removed", tone: "wait" },
  { result: "changed", words: "changed", tone: "ok" },
  { result: "added", words: "added", tone: "ok" },
  { result: "unchanged", words: "unchanged", tone: "off" },
];
