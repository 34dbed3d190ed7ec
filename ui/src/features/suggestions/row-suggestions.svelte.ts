// Suggestions for the rows of a list, read for those that are on screen.
import { SvelteMap } from "svelte/reactivity";
import { commands, onChanged, type Suggestion, type SuggestionsFor } from "../../ipc";
import { grouped } from "../../lib/grouped";
import { throttle } from "../../lib/throttle";

/** Minimum milliseconds between two readings while syncs end. */
const SYNCING = 500;

export class RowSuggestions {
  readonly #found = new SvelteMap<string, readonly Suggestion[]>();
  /** Rows that were asked for since the last change. */
  readonly #asked = new Set<string>();
  readonly #wanted = new Set<string>();
  #reading = false;
  /** Every row that is shown depends on it, so that raising it asks for these and no others. */
  #version = $state(0);
  readonly #ask: (ids: string[]) => SuggestionsFor;
  readonly #rowOf: (suggestion: Suggestion) => string;

  /** `ask` asks for rows of the list, and `rowOf` returns the id of the row that a suggestion is for. */
  constructor(ask: (ids: string[]) => SuggestionsFor, rowOf = ({ object }: Suggestion) => object.id) {
    this.#ask = ask;
    this.#rowOf = rowOf;
  }

  /** Returns the suggestions for a row; none until they were read. */
  of(id: string): readonly Suggestion[] {
    void this.#version;
    if (!this.#asked.has(id)) this.#want(id);
    return this.#found.get(id) ?? [];
  }

  /** Reads again after changes and syncs, for the rows that are shown. Returns the function that stops it. */
  watch(): () => void {
    const changed = throttle(SYNCING, () => {
      this.#asked.clear();
      return Promise.resolve(this.#version++);
    });
    return onChanged(["decisions", "jobs", "suggestions"], changed);
  }

  /** The rows of a page are asked for together, after the request that runs. */
  #want(id: string): void {
    if (this.#wanted.size === 0 && !this.#reading) setTimeout(() => void this.#read());
    this.#wanted.add(id);
  }

  async #read(): Promise<void> {
    const ids = [...this.#wanted];
    this.#wanted.clear();
    for (const id of ids) this.#asked.add(id);
    this.#reading = true;
    // Without an answer, rows have no suggestion.
    const found = await commands.suggestions(this.#ask(ids)).then(
      (suggestions) => suggestions.found,
      (): Suggestion[] => [],
    );
    this.#reading = false;
    const byRow = grouped(found, this.#rowOf);
    for (const id of ids) this.#found.set(id, byRow.get(id) ?? []);
    // Rows that came and went during the request are not asked for.
    if (this.#wanted.size > 0) this.#version++;
    this.#wanted.clear();
  }
}
