// Labels for the rows of an allocation file.
import { plain } from "../../components/text/text";
import { labels, type AllocationRow, type Fate, type RowProblem, type SheetKind } from "../../ipc";
import { number } from "../../lib/numbers";

const problems: Record<RowProblem, string> = {
  id_missing: "The ID is missing.",
  id_invalid: "The cell with the ID holds something else, such as a date or a word.",
  id_rounded:
    "A spreadsheet rounded the ID, and its name doesn't tell which one is meant. Format the column as text and enter the ID again.",
  unknown: "This partner has nothing with this ID. Import or sync it first.",
  other_account: "It belongs to another TikTok ad account.",
  account_missing: "Several TikTok ad accounts have it. Enter the TikTok Ad Account ID.",
  xpo_account_unknown: "There is no XPO account with this name.",
  advertiser_unknown: "The XPO account has no advertiser with this name.",
  advertiser_missing: "The advertiser is missing.",
  xpo_account_missing: "The XPO account is missing.",
  payment_mode_unknown: "The payment mode must be Self or Knorex.",
  not_yes_or_no: "Default and Initialized must be Yes, No or empty.",
  default_needed: "An XPO account needs a default. Enter Yes for another of its TikTok ad accounts.",
  initialized_for_good: "An initialized campaign stays initialized.",
  disagrees: "Another row says something else about it.",
  merged: "Some of its cells are merged with others. Split them.",
  formula_error: "A formula ends in an error, such as #N/A.",
  not_calculated: "A formula isn't calculated yet. Open and save the file in a spreadsheet program.",
  not_text: "A cell holds a date where a name belongs.",
};

function problemOf({ problem, otherLine }: AllocationRow): string {
  if (problem === null) return "";
  return problem === "disagrees" && otherLine !== null
    ? `Row ${number(otherLine)} says something else about it. Keep one of them.`
    : problems[problem];
}

/** Returns what a row does, as one sentence without full stop. */
export function effectOf(row: AllocationRow): string {
  const parts = [
    row.fate === "added" && "Will be allocated",
    row.fate === "removed" && "Will be deallocated: missing from the file",
    row.movedFrom !== null && `Will be moved from ${plain(row.movedFrom)}`,
    row.mode !== null && `payment mode becomes ${labels.PaymentMode[row.mode]}`,
    row.default && "becomes the default",
    row.initialize && "will be initialized, for good",
    row.fate === "unchanged" && "As it is",
    row.fate === "unreadable" && `Not imported: ${problemOf(row)}`,
  ].filter((part) => part !== false);
  const text = parts.join(", ");
  const effect = text.charAt(0).toUpperCase() + text.slice(1);
  return row.byName ? `${effect}. The ID was rounded: found by its name` : effect;
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
