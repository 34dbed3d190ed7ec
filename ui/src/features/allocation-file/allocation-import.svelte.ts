// The state of an allocation import until it is saved: what the file's columns stand for, and what its rows would change.
import {
  asProblem,
  commands,
  labels,
  onChanged,
  type AllocationChoice,
  type AllocationFileInfo,
  type AllocationPreview,
  type AllocationRow,
  type AllocationTable,
  type DefaultReplacement,
  type DefaultReplacementRow,
  type Saved,
  type SheetMatch,
} from "../../ipc";
import { byText } from "../../lib/local-list.svelte";
import { throttle } from "../../lib/throttle";
import { undoing } from "../decisions/undo.svelte";
import { FileImport } from "../import-file/file-import.svelte";
import { shownResults, type ShownResult } from "./labels";

/** Minimum milliseconds between two comparisons while a sync changes the partner's data. */
const SYNCING = 1_000;

export class AllocationImport extends FileImport<AllocationTable, AllocationRow, ShownResult> {
  info = $state.raw<AllocationFileInfo | null>(null);
  matches = $state.raw<SheetMatch[]>([]);
  /** The admin matches the columns. */
  matching = $state(false);
  preview = $state.raw<AllocationPreview | null>(null);
  removeMissing = $state(false);
  choosingDefaults = $state(false);
  /** Every chosen row is blocked: there are no others to save. */
  nothingElse = $state(false);
  readonly #blockedRows = $derived(new Map(this.preview?.blocked.map((blocked) => [blocked.row, blocked])));
  readonly counts = $derived.by(() => {
    const counts = new Map<ShownResult, number>();
    for (const row of this.table?.rows ?? []) {
      const result = this.resultOf(row);
      counts.set(result, (counts.get(result) ?? 0) + 1);
    }
    return counts;
  });
  /** The sheets of a workbook share row numbers. */
  readonly severalKinds = $derived(new Set(this.table?.rows.map(({ kind }) => kind)).size > 1);
  readonly #ranks = new Map(shownResults.map(({ result }, rank) => [result, rank]));
  readonly #onsaved: (saved: Saved) => void;
  #previews = 0;
  /** The comparison that runs; the next one waits for it. */
  #running = Promise.resolve();
  /** What the last preview left out. */
  #previewed = "";

  constructor(onsaved: (saved: Saved) => void) {
    super({
      identity: {
        idOf: ({ id }) => id,
        nameOf: (row) => {
          const of = this.severalKinds ? ` of ${labels.SheetKind[row.kind]}` : "";
          return row.line === null ? `Missing ${row.name || row.object}${of}` : `Row ${row.line}${of}`;
        },
      },
      text: ({ object, name, xpoAccount, advertiser }) => `${object} ${name} ${xpoAccount} ${advertiser}`,
      orders: {
        line: (a, b) => byText(a.kind, b.kind) || (a.line ?? Infinity) - (b.line ?? Infinity),
        object: (a, b) => byText(a.name, b.name),
        xpo_account: (a, b) => byText(a.xpoAccount, b.xpoAccount),
        advertiser: (a, b) => byText(a.advertiser, b.advertiser),
        result: (a, b) => this.#rank(a) - this.#rank(b),
      },
      sort: "result",
    });
    this.#onsaved = onsaved;
  }

  decides({ result }: AllocationRow): boolean {
    return result !== "unchanged" && result !== "unreadable";
  }

  resultOf(row: AllocationRow): ShownResult {
    return this.#blockedRows.has(row.id) ? "blocked" : row.result;
  }

  describe(row: AllocationRow): string {
    return this.#blockedRows.get(row.id)?.effect ?? row.effect;
  }

  override get unsaved(): boolean {
    return this.matching ? this.matches.length > 0 : super.unsaved;
  }

  /** How many of the chosen rows are blocked. */
  get blocked(): number {
    return this.preview?.blocked.length ?? 0;
  }

  get asksEncoding(): boolean {
    if (this.content === "" || this.info?.encoding === null) return false;
    return this.encoding !== null || (this.info?.guessed ?? false);
  }

  /** The headings of the columns of imported sheets that stand for nothing. */
  get ignored(): string[] {
    const headings = (this.info?.sheets ?? []).flatMap((sheet, index) => {
      const { kind, columns } = this.matches[index] ?? sheet.matched;
      return sheet.headings.filter((heading, column) => kind && heading && !columns[column]);
    });
    return [...new Set(headings)];
  }

  /** Every sheet that is imported has its id column. */
  get matched(): boolean {
    const imported = this.matches.filter(({ kind }) => kind !== null);
    return (
      imported.length > 0 &&
      imported.every(({ kind, columns }) => {
        const known = this.info?.kinds.find((fields) => fields.kind === kind);
        return columns.includes(known?.fields[0] ?? null);
      })
    );
  }

  /** The admin has matched the columns by hand. */
  get rematched(): boolean {
    const guessed = this.info?.sheets.map(({ matched }) => matched) ?? [];
    return JSON.stringify(this.matches) !== JSON.stringify(guessed);
  }

  watch(): () => void {
    const changed = throttle(SYNCING, () => this.#compareQuietly());
    const stop = onChanged(["decisions", "facts", "accounts"], changed);
    return () => {
      stop();
      this.turn++;
      // Without rows, a comparison that waits does not start.
      this.table = null;
      void commands.forgetAllocationFile().catch(() => undefined);
    };
  }

  protected override start(): number {
    this.info = null;
    this.matches = [];
    this.preview = null;
    this.choosingDefaults = false;
    this.matching = false;
    this.removeMissing = false;
    this.nothingElse = false;
    return super.start();
  }

  protected async read(): Promise<void> {
    const turn = this.turn;
    try {
      const info = await commands.readAllocationFile(this.content, this.encoding);
      if (turn !== this.turn) return;
      this.info = info;
      this.matches = info.sheets.map(({ matched }) => matched);
      this.matching = info.sheets.length === 0 || info.sheets.some(({ recognized }) => !recognized);
      if (!this.matching) await this.compare();
    } catch (thrown) {
      if (turn === this.turn) this.problem = asProblem(thrown);
    }
  }

  /** Compares the rows with the partner's data. */
  async compare(again = false): Promise<void> {
    const turn = ++this.turn;
    this.matching = false;
    this.problem = null;
    this.reading = true;
    this.previewing = false;
    await this.#running;
    // A later comparison replaces one that waits.
    if (turn === this.turn) await (this.#running = this.#compare(again));
  }

  /** Compares again after a change elsewhere. Meanwhile the admin can save, unless the rows turn out to differ. */
  async #compareQuietly(): Promise<void> {
    await this.#running;
    if (!this.table || this.reading || this.matching || this.saving) return;
    await (this.#running = this.#compare(true, this.preview !== null));
  }

  async #compare(again: boolean, quietly = false): Promise<void> {
    const turn = this.turn;
    const before = this.table;
    try {
      const table = await commands.compareAllocations(this.#choice([]));
      if (turn !== this.turn || this.matching) return;
      const changed = again && before && JSON.stringify(before.rows) !== JSON.stringify(table.rows);
      this.replace(table);
      this.reading = false;
      if (changed) this.changedElsewhere = true;
      await this.previewRows(true, quietly && !changed);
    } catch (thrown) {
      // The admin cancelled something else, such as a save, and this with it.
      if (turn !== this.turn || (quietly && asProblem(thrown).code === "cancelled")) return;
      // The rows on screen are not what would be saved.
      this.table = null;
      this.preview = null;
      this.problem = asProblem(thrown);
    } finally {
      if (turn === this.turn) this.reading = false;
    }
  }

  async setRemoveMissing(remove: boolean): Promise<void> {
    this.removeMissing = remove;
    await this.compare();
  }

  /** Previews the selected rows, unless that was done already; `quietly` while the last preview can be saved. */
  async previewRows(again = false, quietly = false): Promise<void> {
    const without = this.selection.removed.all;
    const key = without.join("\n");
    // A comparison that runs is followed by a preview.
    if (!this.table || this.reading || (!again && key === this.#previewed)) return;
    this.#previewed = key;
    const [turn, one] = [this.turn, ++this.#previews];
    const isLast = () => turn === this.turn && one === this.#previews;
    if (!quietly) {
      this.nothingElse = false;
      this.previewing = true;
      this.problem = null;
    }
    try {
      const preview = await commands.previewAllocations(this.#choice(without));
      if (!isLast()) return;
      this.preview = preview;
      this.nothingElse &&= preview.blocked.length >= this.chosen;
    } catch (thrown) {
      if (!isLast()) return;
      this.preview = null;
      this.problem = asProblem(thrown);
    } finally {
      if (isLast()) this.previewing = false;
    }
  }

  /** Leaves out what is blocked and saves the rest (A14). */
  async saveOthers(): Promise<void> {
    if (this.saving) return;
    this.saving = true;
    const [turn, choice] = [this.turn, this.#choice(this.selection.removed.all)];
    try {
      const without = await commands.blockedAllocations(choice);
      // Something else is chosen by now.
      const now = this.#choice(this.selection.removed.all);
      if (turn !== this.turn || JSON.stringify(choice) !== JSON.stringify(now)) return;
      if (without.length >= this.chosen + this.selection.removed.size) {
        this.nothingElse = true;
        return;
      }
      this.selection.replace([], without);
    } catch (thrown) {
      this.problem = asProblem(thrown);
      return;
    } finally {
      this.saving = false;
    }
    await this.save();
  }

  /** The XPO accounts that need a new default; empty unless the save waits for them. */
  get openDefaults(): DefaultReplacementRow[] {
    return this.choosingDefaults ? (this.preview?.outcome.defaultReplacements ?? []) : [];
  }

  saveWithDefaults(defaultReplacements: DefaultReplacement[]): Promise<void> {
    return this.save(defaultReplacements);
  }

  keepDefaults(): void {
    this.choosingDefaults = false;
  }

  /** Saves the selected rows. If nothing was saved, `preview`, `choosingDefaults` or `problem` says why. */
  async save(defaultReplacements: DefaultReplacement[] = []): Promise<void> {
    this.saving = true;
    this.problem = null;
    try {
      const saved = await undoing.saving(
        commands.saveAllocations(this.#choice(this.selection.removed.all), defaultReplacements),
      );
      const outcome = saved?.outcome;
      this.choosingDefaults =
        outcome?.entry === null &&
        outcome.blockers.length === 0 &&
        outcome.defaultReplacements.some(({ choice }) => choice === null);
      if (saved && saved.outcome.entry !== null) {
        this.#onsaved(saved);
        return;
      }
      if (this.choosingDefaults && outcome && this.preview) this.preview = { ...this.preview, outcome };
      else await this.compare(true);
    } catch (thrown) {
      this.problem = asProblem(thrown);
      this.choosingDefaults = false;
    } finally {
      this.saving = false;
    }
  }

  #choice(without: string[]): AllocationChoice {
    return { matches: this.matches, removeMissing: this.removeMissing, without };
  }

  #rank(row: AllocationRow): number {
    return this.#ranks.get(this.resultOf(row)) ?? 0;
  }
}
