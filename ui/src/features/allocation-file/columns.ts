// The columns of the rows of an allocation file.
import { lines, mutedText, textWithTooltip } from "../../components/table/cells.svelte";
import type { ColumnDef } from "../../components/table/columns";
import { plain } from "../../components/text/text";
import { labels, type AllocationRow } from "../../ipc";
import { number } from "../../lib/numbers";
import { resultCell } from "../import-file/result-cell.svelte";
import type { AllocationImport } from "./allocation-import.svelte";
import { sheetKinds, shownResults } from "./labels";

const tones = Object.fromEntries(shownResults.map(({ result, tone }) => [result, tone]));

export const columnsOf = (file: AllocationImport): ColumnDef<AllocationRow>[] => [
  {
    id: "line",
    title: "Row",
    width: file.severalKinds ? 92 : 64,
    align: file.severalKinds ? "start" : "end",
    sort: "line",
    cell: ({ kind, line }) => {
      const text = line === null ? "–" : number(line);
      if (file.severalKinds) return lines({ first: text, second: labels.SheetKind[kind] });
      return line === null ? mutedText(text) : text;
    },
  },
  {
    id: "object",
    title: "Object",
    width: 190,
    grow: 2,
    sort: "object",
    cell: ({ kind, name, object }) =>
      textWithTooltip(plain(name || object), `${sheetKinds[kind]} ${plain(name)} ${plain(object)}`),
  },
  {
    id: "xpo_account",
    title: "XPO account",
    width: 130,
    grow: 1,
    sort: "xpo_account",
    cell: ({ xpoAccount }) => (xpoAccount ? plain(xpoAccount) : mutedText("–")),
  },
  {
    id: "advertiser",
    title: "Advertiser",
    width: 130,
    grow: 1,
    sort: "advertiser",
    cell: ({ advertiser }) => (advertiser ? plain(advertiser) : mutedText("–")),
  },
  {
    id: "result",
    title: "What will happen",
    width: 260,
    grow: 4,
    sort: "result",
    cell: (row) =>
      resultCell(
        row.byName && row.result !== "unreadable" ? "wait" : (tones[file.resultOf(row)] ?? "off"),
        file.describe(row),
      ),
  },
];
