// Labels for what an import does with the rows of a table, and why it refuses some.
import type { Option } from "../../components/form/combobox";
import type { RowRefusal, TableRow } from "../../ipc";
import { number } from "../../lib/numbers";

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
  duplicate: (refusal) =>
    "line" in refusal ? `Duplicate of line ${number(refusal.line)}.` : "It occurs twice.",
  too_many_cells: () => "The line has more cells than there are headings.",
};

export const refusalOf = (refusal: RowRefusal) => refusals[refusal.kind](refusal);

export function resultOf({ result }: TableRow): string {
  if (result.kind === "added") return "Will be added";
  return result.kind === "unchanged" ? "Already exists" : `Refused: ${refusalOf(result.reason)}`;
}

/** The columns of a table, as the dialog explains them. */
export const tableColumns: { heading: string; words: string }[] = [
  { heading: "XPO account", words: "Its name. The only required column." },
  { heading: "Advertiser", words: "A brand of that XPO account, one per line. May be empty." },
  { heading: "State", words: "Active, Suspended or Inactive. Empty means Active." },
  { heading: "XPO account ID, Advertiser ID", words: "As exported. Leave them empty for new ones." },
];

export const headings = "XPO account,Advertiser,State,XPO account ID,Advertiser ID";

/** The encodings that a file can be read with, by their names in the Encoding Standard. */
export const encodings: Option[] = [
  ["UTF-8", "Unicode"],
  ["UTF-16LE", "Unicode"],
  ["UTF-16BE", "Unicode"],
  ["windows-1252", "Western European"],
  ["ISO-8859-15", "Western European"],
  ["macintosh", "Western European, Mac"],
  ["windows-1250", "Central European"],
  ["ISO-8859-2", "Central European"],
  ["windows-1257", "Baltic"],
  ["ISO-8859-4", "Baltic"],
  ["ISO-8859-13", "Baltic"],
  ["windows-1251", "Cyrillic"],
  ["ISO-8859-5", "Cyrillic"],
  ["KOI8-U", "Cyrillic"],
  ["IBM866", "Cyrillic, DOS"],
  ["x-mac-cyrillic", "Cyrillic, Mac"],
  ["windows-1253", "Greek"],
  ["ISO-8859-7", "Greek"],
  ["windows-1254", "Turkish"],
  ["windows-1255", "Hebrew"],
  ["ISO-8859-8", "Hebrew"],
  ["windows-1256", "Arabic"],
  ["ISO-8859-6", "Arabic"],
  ["windows-1258", "Vietnamese"],
  ["windows-874", "Thai"],
  ["Shift_JIS", "Japanese"],
  ["EUC-JP", "Japanese"],
  ["ISO-2022-JP", "Japanese"],
  ["GBK", "Simplified Chinese"],
  ["gb18030", "Simplified Chinese"],
  ["Big5", "Traditional Chinese"],
  ["EUC-KR", "Korean"],
].map(([id = "", script]) => ({ id, name: `${script} (${id})` }));

/** In bytes. Rust refuses larger files too, but reading one here first would block the window. */
export const LARGEST = 64 * 1024 * 1024;
