// Labels for the rows of an allocation file.
import { fill } from "../../components/text/fill";
import { plain } from "../../components/text/text";
import { labels, type AllocationRow, type Fate, type SheetKind } from "../../ipc";
import { number } from "../../lib/numbers";

type RowEffect = keyof typeof labels.RowEffect;

/** Returns what a row does, as one sentence without full stop. */
export function effectOf(row: AllocationRow): string {
  const values = {
    from: plain(row.movedFrom ?? ""),
    mode: row.mode ? labels.PaymentMode[row.mode] : "",
    line: row.otherLine === null ? "" : number(row.otherLine),
  };
  const problem = row.problem ? fill(labels.RowProblem[row.problem], values) : "";
  const effects: Record<Exclude<RowEffect, "by_name">, boolean> = {
    added: row.fate === "added",
    removed: row.fate === "removed",
    moved: row.movedFrom !== null,
    mode: row.mode !== null,
    default: row.default,
    initialized: row.initialize,
    unchanged: row.fate === "unchanged",
    unreadable: row.fate === "unreadable",
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

export type ShownFate = Fate | "blocked";

/** In the order in which they are shown. */
export const fates: { fate: ShownFate; words: string; tone: "ok" | "wait" | "bad" | "off" }[] = [
  { fate: "blocked", words: "blocked", tone: "bad" },
  { fate: "unreadable", words: "unreadable", tone: "bad" },
  { fate: "removed", words: "removed", tone: "wait" },
  { fate: "changed", words: "changed", tone: "ok" },
  { fate: "added", words: "added", tone: "ok" },
  { fate: "unchanged", words: "unchanged", tone: "off" },
];
