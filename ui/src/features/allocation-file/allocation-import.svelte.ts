// The state of an allocation import until it is saved: the file, what its columns stand for, what its rows would change, and
// the rows that are left out.
import { plain } from "../../components/text/text";
import {
  asProblem,
  commands,
  onChanged,
  type AllocationChoice,
  type AllocationFileInfo,
  type AllocationPreview,
  type AllocationRow,
  type AllocationTable,
  type HandOver,
  type HandOverRow,
  type Problem,
  type Saved,
  type SheetMatch,
} from "../../ipc";
import { byText, LocalList } from "../../lib/local-list.svelte";
import { number } from "../../lib/numbers";
import { Selection } from "../../lib/selection.svelte";
import { throttle } from "../../lib/throttle";
import { base64, LARGEST } from "../import-file/imported-file";
import { effectOf, fates, type ShownFate } from "./labels";

/** Minimum milliseconds between two comparisons while a sync changes the partner's data. */
const SYNCING = 1_000;

const decides = ({ fate }: AllocationRow) => fate !== "unchanged" && fate !== "unreadable";

export class AllocationImport {
  /** The file's name; empty before one is chosen. */
  name = $state("");
  info = $state.raw<AllocationFileInfo | null>(null);
  matches = $state.raw<SheetMatch[]>([]);
  /** The admin matches the columns. */
  matching = $state(false);
  table = $state.raw<AllocationTable | null>(null);
  preview = $state.raw<AllocationPreview | null>(null);
  removeMissing = $state(false);
  /** The encoding that the admin chose; null recognizes it. */
  encoding = $state<string | null>(null);
  problem = $state.raw<Problem | null>(null);
  reading = $state(false);
  previewing = $state(false);
  saving = $state(false);
  choosingDefaults = $state(false);
  /** The partner's data changed while the dialog was open, and with it what the file would do. */
  changedElsewhere = $state(false);
  /** Which rows are shown; empty shows all. */
  shown: readonly ShownFate[] = $state.raw([]);
  readonly #blockedRows = $derived(new Map(this.preview?.blocked.map((blocked) => [blocked.row, blocked])));
  readonly list = new LocalList<AllocationRow>({
    identity: {
      idOf: ({ id }) => id,
      nameOf: ({ line, name, object }) => (line === null ? `Missing ${name || object}` : `Row ${line}`),
    },
    rows: () => this.table?.rows,
    passes: (row) => this.shown.length === 0 || this.shown.includes(this.fateOf(row)),
    text: ({ object, name, xpoAccount, advertiser }) => `${object} ${name} ${xpoAccount} ${advertiser}`,
    orders: {
      line: (a, b) => (a.line ?? Infinity) - (b.line ?? Infinity),
      object: (a, b) => byText(a.name, b.name),
      xpo_account: (a, b) => byText(a.xpoAccount, b.xpoAccount),
      advertiser: (a, b) => byText(a.advertiser, b.advertiser),
      result: (a, b) => this.#rank(a) - this.#rank(b),
    },
    sort: "result",
  });
  /** The rows to save: at first all that change something. */
  readonly selection = new Selection({
    list: this.list,
    initially: decides,
    atFirst: "all",
    lockedOf: (row) => (decides(row) ? undefined : effectOf(row)),
    all: () => {
      const some = new Set(this.list.found.filter(decides).map(this.list.identity.idOf));
      return Promise.resolve({ ids: [...some], initially: () => true });
    },
  });
  readonly counts = $derived.by(() => {
    const counts = new Map<ShownFate, number>();
    for (const row of this.table?.rows ?? []) {
      const fate = this.fateOf(row);
      counts.set(fate, (counts.get(fate) ?? 0) + 1);
    }
    return counts;
  });
  readonly #ranks = new Map(fates.map(({ fate }, rank) => [fate, rank]));
  #file = $state.raw("");
  readonly #onsaved: (saved: Saved) => void;
  #turn = 0;
  #previews = 0;
  /** The comparison that runs; the next one waits for it. */
  #running = Promise.resolve();
  /** What the last preview left out. */
  #previewed = "";

  constructor(onsaved: (saved: Saved) => void) {
    this.#onsaved = onsaved;
  }

  fateOf(row: AllocationRow): ShownFate {
    return this.#blockedRows.has(row.id) ? "blocked" : row.fate;
  }

  /** Returns what happens to a row. */
  resultOf(row: AllocationRow): string {
    const blocked = this.#blockedRows.get(row.id);
    if (!blocked) return effectOf(row);
    const more = blocked.others > 0 ? ` (and ${number(blocked.others)} more)` : "";
    return `Blocked: ${blocked.reason}${more}`;
  }

  /** How many rows will be saved. */
  get chosen(): number {
    return (this.table?.rows.filter(decides).length ?? 0) - this.selection.removed.size;
  }

  /** How many of these rows are blocked. */
  get blocked(): number {
    return this.preview?.blocked.length ?? 0;
  }

  /** The encoding may be wrong, or the file cannot be read with it. */
  get asksEncoding(): boolean {
    if (this.#file === "" || this.info?.encoding === null) return false;
    return this.encoding !== null || (this.info?.guessed ?? false);
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

  watch(): () => void {
    const changed = throttle(SYNCING, () => this.#compareQuietly());
    const stop = onChanged(["decisions", "facts", "accounts"], changed);
    return () => {
      stop();
      this.#turn++;
      // Without rows, a comparison that waits does not start.
      this.table = null;
      void commands.forgetAllocationFile().catch(() => undefined);
    };
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
      await this.#read(turn);
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
    await this.#read(turn);
    if (turn === this.#turn) this.reading = false;
  }

  #start(): number {
    this.info = null;
    this.table = null;
    this.preview = null;
    this.problem = null;
    this.matching = false;
    this.removeMissing = false;
    this.changedElsewhere = false;
    this.selection.clear();
    this.shown = [];
    return ++this.#turn;
  }

  async #read(turn: number): Promise<void> {
    try {
      const info = await commands.readAllocationFile(this.#file, this.encoding);
      if (turn !== this.#turn) return;
      this.info = info;
      this.matches = info.sheets.map(({ matched }) => matched);
      this.matching = info.sheets.length === 0 || info.sheets.some(({ recognized }) => !recognized);
      if (!this.matching) await this.compare();
    } catch (thrown) {
      if (turn === this.#turn) this.problem = asProblem(thrown);
    }
  }

  /** Compares the rows with the partner's data. */
  async compare(again = false): Promise<void> {
    const turn = ++this.#turn;
    this.matching = false;
    this.problem = null;
    this.reading = true;
    this.previewing = false;
    await this.#running;
    // A later comparison replaces one that waits.
    if (turn === this.#turn) await (this.#running = this.#compare(again));
  }

  /** Compares again after a change elsewhere. Meanwhile the admin can save, unless the rows turn out to differ. */
  async #compareQuietly(): Promise<void> {
    await this.#running;
    if (!this.table || this.reading || this.matching || this.saving) return;
    await (this.#running = this.#compare(true, this.preview !== null));
  }

  async #compare(again: boolean, quietly = false): Promise<void> {
    const turn = this.#turn;
    const before = this.table;
    try {
      const table = await commands.compareAllocations(this.#choice([]));
      if (turn !== this.#turn || this.matching) return;
      const changed = again && before && JSON.stringify(before.rows) !== JSON.stringify(table.rows);
      const known = new Set(table.rows.filter(decides).map(({ id }) => id));
      const removed = this.selection.removed.all.filter((id) => known.has(id));
      this.table = table;
      this.selection.replace([], removed);
      this.reading = false;
      if (changed) this.changedElsewhere = true;
      await this.previewRows(true, quietly && !changed);
    } catch (thrown) {
      // The admin cancelled something else, such as a save, and this with it.
      if (turn !== this.#turn || (quietly && asProblem(thrown).code === "cancelled")) return;
      // The rows on screen are not what would be saved.
      this.table = null;
      this.preview = null;
      this.problem = asProblem(thrown);
    } finally {
      if (turn === this.#turn) this.reading = false;
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
    const [turn, one] = [this.#turn, ++this.#previews];
    const isLast = () => turn === this.#turn && one === this.#previews;
    if (!quietly) {
      this.previewing = true;
      this.problem = null;
    }
    try {
      const preview = await commands.previewAllocations(this.#choice(without));
      if (isLast()) this.preview = preview;
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
    this.saving = true;
    try {
      const without = await commands.blockedAllocations(this.#choice(this.selection.removed.all));
      this.selection.replace([], without);
    } catch (thrown) {
      this.problem = asProblem(thrown);
      return;
    } finally {
      this.saving = false;
    }
    if (this.chosen > 0) await this.save();
  }

  /** The XPO accounts that need a new default; empty unless the save waits for them. */
  get openDefaults(): HandOverRow[] {
    return this.choosingDefaults ? (this.preview?.outcome.handOvers ?? []) : [];
  }

  saveWithDefaults(handOvers: HandOver[]): Promise<void> {
    return this.save(handOvers);
  }

  keepDefaults(): void {
    this.choosingDefaults = false;
  }

  /** Saves the selected rows. If nothing was saved, `preview`, `choosingDefaults` or `problem` says why. */
  async save(handOvers: HandOver[] = []): Promise<void> {
    this.saving = true;
    this.problem = null;
    try {
      const saved = await commands.saveAllocations(this.#choice(this.selection.removed.all), handOvers);
      const outcome = saved?.outcome;
      this.choosingDefaults =
        outcome?.entry === null &&
        outcome.blockers.length === 0 &&
        outcome.handOvers.some(({ choice }) => choice === null);
      if (saved && saved.outcome.entry !== null) {
        this.#onsaved(saved);
        return;
      }
      if (this.choosingDefaults && outcome && this.preview) this.preview = { ...this.preview, outcome };
      else await this.compare(true);
    } catch (thrown) {
      this.problem = asProblem(thrown);
    } finally {
      this.saving = false;
    }
  }

  #choice(without: string[]): AllocationChoice {
    return { matches: this.matches, removeMissing: this.removeMissing, without };
  }

  #rank(row: AllocationRow): number {
    return this.#ranks.get(this.fateOf(row)) ?? 0;
  }
}
