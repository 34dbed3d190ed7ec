// Labels for the rows of an allocation file.
import { fill } from "../../components/text/fill";
import { plain } from "../../components/text/text";
import { labels, type AllocationRow, type AllocationResult, type SheetKind } from "../../ipc";

type RowEffect = keyof typeof labels.RowEffect;

/** Returns what a row does, as one sentence without full stop. */
export function effectOf(row: AllocationRow): string {
  const values = {
    from: plain(row.movedFrom ?? ""),
    others: plain(row.staysWith ?? ""),
    mode: row.mode ? labels.PaymentMode[row.mode] : "",
    line: row.otherLine === null ? "" : String(row.otherLine),
  };
  const problem = row.problem ? fill(labels.RowProblem[row.problem], values) : "";
  const effects: Record<Exclude<RowEffect, "by_name">, boolean> = {
    added: row.result === "added",
    removed: row.result === "removed",
    moved: row.movedFrom !== null,
    mode: row.mode !== null,
    default: row.default,
    initialized: row.initialize,
    stays: row.staysWith !== null,
    unchanged: row.result === "unchanged",
    unreadable: row.result === "unreadable",
  };
  const text = Object.entries(effects)
    .filter(([, applies]) => applies)
    .map(([effect]) => fill(labels.RowEffect[effect as RowEffect], { ...values, problem }))
    .join(", ");
  const effect = text.charAt(0).toUpperCase() + text.slice(1);
  return row.byName ? `${effect}. ${labels.RowEffect.by_name}` : effect;
}

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
