// A CSV file between its choice and Save: what it would add, and which of its rows are left out.
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
import { fateOf, LARGEST } from "./table-labels";

type Fate = TableRow["fate"]["kind"];

export class TableImport {
  /** The file's name; empty before one is chosen. */
  name = $state("");
  table = $state.raw<DirectoryTable | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** Why nothing was saved. */
  outcome = $state.raw<Outcome | null>(null);
  reading = $state(false);
  saving = $state(false);
  /** The book changed while the dialog was open, and with it what the file would do. */
  moved = $state(false);
  fates: readonly Fate[] = $state.raw([]);
  /** Lines that would add something and are left out; replaced as a whole, as there may be a hundred thousand. */
  without: ReadonlySet<number> = $state.raw(new Set());
  readonly list = new LocalList<TableRow>({
    text: ({ line, xpoAccount, advertiser }) => `${line} ${xpoAccount} ${advertiser}`,
    orders: {
      line: (a, b) => a.line - b.line,
      xpo_account: (a, b) => byText(a.xpoAccount, b.xpoAccount),
      advertiser: (a, b) => byText(a.advertiser, b.advertiser),
      fate: (a, b) => byText(fateOf(a), fateOf(b)),
    },
    sort: "line",
  });
  #file = "";
  #turn = 0;

  /** How many rows will add something. */
  get chosen(): number {
    return (this.table?.added ?? 0) - this.without.size;
  }

  watch(): () => void {
    return onChanged(["decisions"], () => {
      if (this.table && !this.saving) void this.#read(true);
    });
  }

  async choose(file: File): Promise<void> {
    this.name = plain(file.name);
    this.table = null;
    this.outcome = null;
    this.problem = null;
    this.moved = false;
    this.without = new Set();
    this.show([]);
    const turn = ++this.#turn;
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
      if (turn === this.#turn) this.problem = asProblem(thrown);
    } finally {
      if (turn === this.#turn) this.reading = false;
    }
  }

  /** Ticks or unticks those of `rows` that would add something. */
  tick(rows: readonly TableRow[], ticked: boolean): void {
    const without = new Set(this.without);
    for (const { line, fate } of rows) {
      if (fate.kind !== "added") continue;
      if (ticked) without.delete(line);
      else without.add(line);
    }
    this.without = without;
  }

  /** Shows only rows of these fates; none means all. */
  show(fates: readonly Fate[]): void {
    this.fates = fates;
    this.list.filter = fates.length > 0 ? ({ fate }) => fates.includes(fate.kind) : null;
  }

  /** Saves what is ticked. Null when nothing was saved: `outcome` or `problem` then says why. */
  async save(): Promise<Saved | null> {
    this.saving = true;
    this.problem = null;
    try {
      const saved = await commands.importDirectoryTable(this.#file, [...this.without]);
      this.outcome = saved && saved.outcome.entry === null ? saved.outcome : null;
      // Somebody else added all of it meanwhile.
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
      const table = await commands.readDirectoryTable(this.#file);
      if (turn !== this.#turn) return;
      const before = this.table;
      this.table = table;
      this.list.set(table.rows);
      if (!again || !before) return;
      const adds = new Set(table.rows.filter(({ fate }) => fate.kind === "added").map(({ line }) => line));
      this.without = new Set([...this.without].filter((line) => adds.has(line)));
      this.moved ||= before.added !== table.added || before.refused !== table.refused;
    } catch (thrown) {
      if (turn === this.#turn) this.problem = asProblem(thrown);
    }
  }
}

function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,?/u, ""));
    reader.onerror = () => reject(reader.error ?? new Error("the file cannot be read"));
    reader.readAsDataURL(file);
  });
}
