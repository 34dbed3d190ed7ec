// Shows a list as it was left, and keeps what it shows from then on.
import { onDestroy, untrack } from "svelte";
import type { ListState } from "../../lib/list-state";
import { LocalList } from "../../lib/local-list.svelte";
import type { Selection } from "../../lib/selection.svelte";
import { throttle } from "../../lib/throttle";
import { chosenOptions, type Filter } from "./filters";
import { ListMemory, type Kept } from "./list-memory";

interface Shown<Row> {
  list: () => ListState<Row>;
  filters: () => readonly Filter[];
  /** The rows whose ticks are kept, if any are. */
  selection: () => Selection<Row> | undefined;
}

/** Milliseconds between two writes to the storage. */
const STORING = 200;

export class KeptList<Row> {
  /** How far the rows were scrolled, in pixels. */
  readonly start: number;
  /** Whether there was something to restore. */
  readonly restored: boolean;
  readonly #shown: Shown<Row>;
  readonly #memory: ListMemory;
  readonly #store = throttle(STORING, () => Promise.resolve(this.#memory.store()));
  #top: number;

  /** Call it while a component is initialized. `id` identifies the list on its screen. */
  constructor(id: string, shown: Shown<Row>) {
    this.#shown = shown;
    this.#memory = untrack(() => new ListMemory(id, shown.list().snapshot()));
    const { kept } = this.#memory;
    if (kept) untrack(() => this.#restore(kept));
    this.restored = kept !== undefined;
    this.start = this.#top = kept?.top ?? 0;
    $effect(() => {
      shown.list().snapshot();
      this.#filters();
      untrack(() => this.#keepAndStore());
    });
    onDestroy(() => {
      this.#keep();
      this.#memory.store();
    });
  }

  scrolled(pixels: number): void {
    this.#top = pixels;
    this.#keepAndStore();
  }

  /** The chosen options of a local list: its query does not have them. */
  #filters(): string[] {
    const { list, filters } = this.#shown;
    return list() instanceof LocalList ? chosenOptions(filters()).map(nameOfOption) : [];
  }

  #restore({ query, filters, ticks }: Kept): void {
    this.#shown.list().restore(query);
    this.#shown.selection()?.replace(ticks, []);
    if (filters.length === 0) return;
    for (const { title, options } of this.#shown.filters())
      for (const { label, toggle } of options) if (filters.includes(nameOfOption({ title, label }))) toggle();
  }

  #keep(): void {
    const ticks = this.#shown.selection()?.ids ?? [];
    this.#memory.keep({
      query: this.#shown.list().snapshot(),
      filters: this.#filters(),
      top: this.#top,
      ticks,
    });
  }

  #keepAndStore(): void {
    this.#keep();
    this.#store();
  }
}

const nameOfOption = ({ title, label }: { title: string; label: string }) => `${title}: ${label}`;
