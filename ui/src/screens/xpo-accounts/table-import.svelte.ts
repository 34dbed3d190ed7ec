// The state of an import of XPO accounts until it is saved: the file, the rows that it would add, and the excluded ones.
import { plain } from "../../components/text/text";
import {
  asProblem,
  commands,
  onChanged,
  type DirectoryTable,
  type Outcome,
  type Problem,
  type Saved,
  type TableRow,
} from "../../ipc";
import { byText, LocalList } from "../../lib/local-list.svelte";
import { Selection } from "../../lib/selection.svelte";
import { base64, LARGEST } from "../../features/import-file/imported-file";
import { resultOf } from "./table-labels";

type Fate = TableRow["result"]["kind"];

export const isAdded = ({ result }: TableRow) => result.kind === "added";

export class TableImport {
  /** The file's name; empty before one is chosen. */
  name = $state("");
  table = $state.raw<DirectoryTable | null>(null);
  /** The encoding that the admin chose; null recognizes it. */
  encoding = $state<string | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** Why nothing was saved. */
  outcome = $state.raw<Outcome | null>(null);
  reading = $state(false);
  saving = $state(false);
  /** The partner's data changed while the dialog was open, and with it what the file would do. */
  changedElsewhere = $state(false);
  /** Which rows are shown; empty shows all. */
  fates: readonly Fate[] = $state.raw([]);
  readonly list = new LocalList<TableRow>({
    identity: { idOf: ({ line }) => String(line), nameOf: ({ line }) => `Line ${line}` },
    rows: () => this.table?.rows,
    passes: ({ result }) => this.fates.length === 0 || this.fates.includes(result.kind),
    text: ({ line, xpoAccount, advertiser }) => `${line} ${xpoAccount} ${advertiser}`,
    orders: {
      line: (a, b) => a.line - b.line,
      xpo_account: (a, b) => byText(a.xpoAccount, b.xpoAccount),
      advertiser: (a, b) => byText(a.advertiser, b.advertiser),
      result: (a, b) => byText(resultOf(a), resultOf(b)),
    },
    sort: "line",
  });
  /** The rows to add: at first all that can be. */
  readonly selection = new Selection({
    list: this.list,
    initially: isAdded,
    atFirst: "all",
    lockedOf: (row) => (isAdded(row) ? undefined : resultOf(row)),
    all: () => {
      const added = new Set(this.list.found.filter(isAdded).map(this.list.identity.idOf));
      return Promise.resolve({ ids: [...added], initially: () => true });
    },
  });
  #file = $state.raw("");
  #turn = 0;

  /** How many rows will be added. */
  get chosen(): number {
    return (this.table?.added ?? 0) - this.selection.removed.size;
  }

  /** The encoding may be wrong, or the file cannot be read with it. */
  get asksEncoding(): boolean {
    if (this.#file === "" || /\.(xlsx|xlsm|xls|ods)$/iu.test(this.name)) return false;
    return this.encoding !== null || (this.table?.guessed ?? this.problem !== null);
  }

  watch(): () => void {
    return onChanged(["decisions"], () => {
      if (this.table && !this.saving) void this.#read(true);
    });
  }

  async choose(file: File): Promise<void> {
    this.name = plain(file.name);
    this.encoding = null;
    this.#file = "";
    const turn = this.#start();
    if (file.size > LARGEST) {
      this.problem = { code: "table_too_large", subject: this.name, details: null, canContinue: false };
      return;
    }
    this.reading = true;
    try {
      const text = await base64(file);
      if (turn !== this.#turn) return;
      this.#file = text;
      await this.#read();
    } catch (thrown) {
      // Another program may keep the file to itself.
      if (turn === this.#turn)
        this.problem = { ...asProblem(thrown), code: "file_unreadable", subject: this.name };
    } finally {
      if (turn === this.#turn) this.reading = false;
    }
  }

  /** Reads the file again with another encoding. */
  async decode(encoding: string): Promise<void> {
    this.encoding = encoding;
    const turn = this.#start();
    this.reading = true;
    await this.#read();
    if (turn === this.#turn) this.reading = false;
  }

  #start(): number {
    this.table = null;
    this.outcome = null;
    this.problem = null;
    this.changedElsewhere = false;
    this.selection.clear();
    this.fates = [];
    return ++this.#turn;
  }

  /** Saves the selected rows. Null if nothing was saved: `outcome` or `problem` then says why. */
  async save(): Promise<Saved | null> {
    this.saving = true;
    this.problem = null;
    try {
      const without = this.selection.removed.all.map(Number);
      const saved = await commands.importDirectoryTable(this.#file, this.encoding, without);
      this.outcome = saved && saved.outcome.entry === null ? saved.outcome : null;
      // All of it was added elsewhere.
      if (!saved) await this.#read(true);
      return saved && saved.outcome.entry !== null ? saved : null;
    } catch (thrown) {
      this.problem = asProblem(thrown);
      return null;
    } finally {
      this.saving = false;
    }
  }

  async #read(again = false): Promise<void> {
    const turn = this.#turn;
    try {
      const table = await commands.readDirectoryTable(this.#file, this.encoding);
      if (turn !== this.#turn) return;
      const before = this.table;
      this.table = table;
      if (!again || !before) return;
      const added = new Set(table.rows.filter(isAdded).map(({ line }) => String(line)));
      this.selection.replace(
        [],
        this.selection.removed.all.filter((line) => added.has(line)),
      );
      this.changedElsewhere ||= before.added !== table.added || before.refused !== table.refused;
    } catch (thrown) {
      if (turn === this.#turn) this.problem = asProblem(thrown);
    }
  }
}
