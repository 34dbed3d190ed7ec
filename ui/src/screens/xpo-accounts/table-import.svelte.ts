// The state of an import of XPO accounts until it is saved: the rows that it would add, and the excluded ones.
import { undoing } from "../../features/decisions/undo.svelte";
import { FileImport } from "../../features/import-file/file-import.svelte";
import {
  asProblem,
  commands,
  onChanged,
  type DirectoryTable,
  type Outcome,
  type Saved,
  type TableRow,
} from "../../ipc";
import { byText } from "../../lib/local-list.svelte";
import { effectOf } from "./table-labels";

export class TableImport extends FileImport<DirectoryTable, TableRow, TableRow["result"]["kind"]> {
  /** Why nothing was saved. */
  outcome = $state.raw<Outcome | null>(null);

  constructor() {
    super({
      identity: { idOf: ({ line }) => String(line), nameOf: ({ line }) => `Row ${line}` },
      text: ({ line, xpoAccount, advertiser }) => `${line} ${xpoAccount} ${advertiser}`,
      orders: {
        line: (a, b) => a.line - b.line,
        xpo_account: (a, b) => byText(a.xpoAccount, b.xpoAccount),
        advertiser: (a, b) => byText(a.advertiser, b.advertiser),
        result: (a, b) => byText(effectOf(a), effectOf(b)),
      },
      sort: "line",
    });
  }

  decides = ({ result }: TableRow) => result.kind === "added";
  resultOf = ({ result }: TableRow) => result.kind;

  /** Whether what is added contains a rounded number. */
  rounded = (row: TableRow) => row.rounded && this.decides(row);

  describe = (row: TableRow) =>
    `${effectOf(row)}${this.rounded(row) ? ". It contains a rounded number." : ""}`;

  get asksEncoding(): boolean {
    if (this.content === "" || /\.(xlsx|xlsm|xls|ods)$/iu.test(this.name)) return false;
    return this.encoding !== null || (this.table?.guessed ?? this.problem !== null);
  }

  watch(): () => void {
    return onChanged(["decisions"], () => {
      if (this.table && !this.saving) void this.read();
    });
  }

  /** Saves the selected rows. Null if nothing was saved: `outcome` or `problem` then says why. */
  async save(): Promise<Saved | null> {
    this.saving = true;
    this.problem = null;
    try {
      const without = this.selection.removed.all.map(Number);
      const saved = await undoing.saving(commands.importDirectoryTable(this.content, this.encoding, without));
      this.outcome = saved && saved.outcome.entry === null ? saved.outcome : null;
      // All of it was added elsewhere.
      if (!saved) await this.read();
      return saved && saved.outcome.entry !== null ? saved : null;
    } catch (thrown) {
      this.problem = asProblem(thrown);
      return null;
    } finally {
      this.saving = false;
    }
  }

  protected override start(): number {
    this.outcome = null;
    return super.start();
  }

  protected async read(): Promise<void> {
    const turn = this.turn;
    try {
      const table = await commands.readDirectoryTable(this.content, this.encoding);
      if (turn !== this.turn) return;
      const before = this.table;
      this.replace(table);
      this.changedElsewhere ||=
        before !== null && (before.added !== table.added || before.refused !== table.refused);
    } catch (thrown) {
      if (turn === this.turn) this.problem = asProblem(thrown);
    }
  }
}
