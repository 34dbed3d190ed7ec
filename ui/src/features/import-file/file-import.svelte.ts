// The state of an import until it is saved: the file, its rows, those that are shown, and those that are left out.
import { plain } from "../../components/text/text";
import { asProblem, type Problem } from "../../ipc";
import { LocalList, type LocalOptions } from "../../lib/local-list.svelte";
import { Selection } from "../../lib/selection.svelte";
import { base64, MAX_FILE_SIZE } from "./imported-file";

export abstract class FileImport<Table extends { rows: Row[] }, Row extends object, Result> {
  /** The file's name; empty before one is chosen. */
  name = $state("");
  /** What the file would change; null before it was read. */
  table = $state.raw<Table | null>(null);
  /** The encoding that the admin chose; null recognizes it. */
  encoding = $state<string | null>(null);
  problem = $state.raw<Problem | null>(null);
  reading = $state(false);
  previewing = $state(false);
  saving = $state(false);
  /** The partner's data changed while the dialog was open, and with it what the file would do. */
  changedElsewhere = $state(false);
  /** Which rows are shown; empty shows all. */
  shown: readonly Result[] = $state.raw([]);
  readonly list: LocalList<Row>;
  /** The rows to save: at first all that change something. */
  readonly selection: Selection<Row>;
  /** The file in base64; empty before it was read. */
  protected content = $state.raw("");
  /** Counts what was started, so that the results of what was replaced are dropped. */
  protected turn = 0;

  constructor(options: Pick<LocalOptions<Row>, "identity" | "text" | "orders" | "sort">) {
    const list = new LocalList<Row>({
      ...options,
      rows: () => this.table?.rows,
      passes: (row) => this.shown.length === 0 || this.shown.includes(this.resultOf(row)),
    });
    const decides = (row: Row) => this.decides(row);
    this.list = list;
    this.selection = new Selection({
      list,
      initially: decides,
      atFirst: "all",
      lockedOf: (row) => (decides(row) ? undefined : this.describe(row)),
      all: () => {
        const ids = list.found.filter(decides).map(list.identity.idOf);
        return Promise.resolve({ ids, initially: () => true });
      },
    });
  }

  /** Whether a save changes something for a row. */
  abstract decides(row: Row): boolean;

  /** Returns what happens to a row: what the rows can be filtered by. */
  abstract resultOf(row: Row): Result;

  /** Returns what happens to a row, in words. */
  abstract describe(row: Row): string;

  /** The encoding may be wrong, or the file cannot be read with it. */
  abstract get asksEncoding(): boolean;

  /** How many rows will be saved. */
  get chosen(): number {
    return this.#idsOf(this.table).length - this.selection.removed.size;
  }

  /** There is something to save. */
  get unsaved(): boolean {
    return this.chosen > 0;
  }

  /** What is asked before the window closes, or something else outside the dialog ends the import. */
  get leaving(): string | undefined {
    if (this.saving) return "The rows are still being saved. Leave anyway?";
    if (this.reading) return "The file is still being read, and nothing from it is saved. Leave anyway?";
    return this.unsaved ? "Nothing from the file is saved yet. Leave anyway?" : undefined;
  }

  async choose(file: File): Promise<void> {
    this.name = plain(file.name);
    this.encoding = null;
    this.content = "";
    const turn = this.start();
    if (file.size > MAX_FILE_SIZE) {
      this.problem = { code: "table_too_large", subject: this.name, details: null, canContinue: false };
      return;
    }
    this.reading = true;
    try {
      const content = await base64(file);
      if (turn !== this.turn) return;
      this.content = content;
      await this.read();
    } catch (thrown) {
      // Another program may keep the file to itself.
      if (turn === this.turn)
        this.problem = { ...asProblem(thrown), code: "file_unreadable", subject: this.name };
    } finally {
      if (turn === this.turn) this.reading = false;
    }
  }

  /** Reads the file again with another encoding. */
  async decode(encoding: string): Promise<void> {
    this.encoding = encoding;
    const turn = this.start();
    this.reading = true;
    await this.read();
    if (turn === this.turn) this.reading = false;
  }

  protected start(): number {
    this.table = null;
    this.problem = null;
    this.changedElsewhere = false;
    this.selection.clear();
    this.shown = [];
    return ++this.turn;
  }

  /** Shows the rows of a table, and still leaves out those that were left out before. */
  protected replace(table: Table): void {
    const known = new Set(this.#idsOf(table));
    this.table = table;
    this.selection.replace(
      [],
      this.selection.removed.all.filter((id) => known.has(id)),
    );
  }

  /** Reads the content. A failure becomes the `problem`. */
  protected abstract read(): Promise<void>;

  /** Returns the ids of the rows that change something. */
  #idsOf(table: Table | null): string[] {
    return (table?.rows ?? []).filter((row) => this.decides(row)).map(this.list.identity.idOf);
  }
}
