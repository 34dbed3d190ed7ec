// What becomes of the rows of a table, in words.
import type { RowRefusal, TableRow } from "../../ipc";
import { number } from "../../lib/numbers";

const refusals: Record<RowRefusal["kind"], (refusal: RowRefusal) => string> = {
  name_missing: () => "It names no XPO account.",
  name_too_long: () => "A name has more than 100 characters.",
  name_characters: () => "A name has a character that nobody can see or that could not be read.",
  state_unknown: () => "The state is none of Active, Suspended and Inactive.",
  state_differs: () => "The XPO account is in another state; an import changes nothing that is there.",
  id_invalid: () => "An ID is not one of XPO's.",
  id_differs: () => "The ID and the name belong to different ones.",
  archived: () => "The XPO account is archived. Restore it first.",
  duplicate: (refusal) =>
    "line" in refusal ? `The same is in line ${number(refusal.line)}.` : "It is there twice.",
  too_many_cells: () => "The line has more cells than there are headings.",
};

export const refusalOf = (refusal: RowRefusal) => refusals[refusal.kind](refusal);

export function fateOf({ fate }: TableRow): string {
  if (fate.kind === "added") return "Will be added";
  return fate.kind === "unchanged" ? "Is there already" : `Refused: ${refusalOf(fate.reason)}`;
}

/** The columns of a table, as the dialog explains them. */
export const tableColumns: { heading: string; words: string }[] = [
  { heading: "XPO account", words: "Its name. The only column that has to be there." },
  { heading: "Advertiser", words: "A brand of that XPO account, one to a line. May be empty." },
  { heading: "State", words: "Active, Suspended or Inactive. Empty means Active." },
  { heading: "XPO account ID, Advertiser ID", words: "As exported. Leave them empty for new ones." },
];

export const headings = "XPO account,Advertiser,State,XPO account ID,Advertiser ID";

/** Bytes; the Rust side refuses larger files, and to read one here first would only keep the window waiting. */
export const LARGEST = 64 * 1024 * 1024;
