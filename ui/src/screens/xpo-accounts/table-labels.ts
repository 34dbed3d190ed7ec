// Labels for what an import does with the rows of a table, and why it refuses some.
import type { RowRefusal, TableRow } from "../../ipc";

const refusals: Record<RowRefusal["kind"], (refusal: RowRefusal) => string> = {
  name_missing: () => "The name of the XPO account is missing.",
  name_invisible: () => "A name has only invisible characters.",
  line_break: () => "A cell goes over several lines. Check its quotation marks.",
  name_too_long: () => "A name has more than 100 characters.",
  name_characters: () => "A name has an invisible or unreadable character.",
  state_unknown: () => "The state must be Active, Suspended or Inactive.",
  state_differs: () => "The XPO account has a different state. An import doesn't change existing accounts.",
  id_invalid: () => "An ID isn't a valid XPO ID.",
  id_differs: () => "The ID and the name belong to different objects.",
  archived: () => "The XPO account is archived. Restore it first.",
  duplicate: (refusal) => ("line" in refusal ? `Duplicate of row ${refusal.line}.` : "It occurs twice."),
  not_text: () => "A cell holds a date or an error, isn't calculated yet, or is merged with others.",
  too_many_cells: () => "The row has more cells than there are headings.",
};

const refusalOf = (refusal: RowRefusal) => refusals[refusal.kind](refusal);

/** Returns what an import does with a row. */
export function effectOf({ result }: TableRow): string {
  if (result.kind === "added") return "Will be added";
  return result.kind === "unchanged" ? "Already exists" : `Refused: ${refusalOf(result.reason)}`;
}

/** The columns of a table, as the dialog explains them. */
export const tableColumns: { heading: string; words: string }[] = [
  { heading: "XPO account", words: "Its name. The only required column." },
  { heading: "Advertiser", words: "A brand of that XPO account, one per row. May be empty." },
  { heading: "State", words: "Active, Suspended or Inactive. Empty means Active." },
  { heading: "XPO account ID, Advertiser ID", words: "As exported. Leave them empty for new ones." },
];

export const headings = "XPO account,Advertiser,State,XPO account ID,Advertiser ID";
