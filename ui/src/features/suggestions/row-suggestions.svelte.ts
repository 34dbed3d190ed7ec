// Suggestions for the rows of a list, read for those that are on screen.
import { SvelteMap } from "svelte/reactivity";
import { commands, onChanged, type Suggestion, type SuggestionsFor } from "../../ipc";
import { grouped } from "../../lib/grouped";

export class RowSuggestions {
  readonly #found = new SvelteMap<string, readonly Suggestion[]>();
  #wanted = new Set<string>();
  readonly #ask: (ids: string[]) => SuggestionsFor;
  readonly #rowOf: (suggestion: Suggestion) => string;

  /** `ask` asks for rows of the list, and `rowOf` returns the id of the row that a suggestion is for. */
  constructor(ask: (ids: string[]) => SuggestionsFor, rowOf = ({ object }: Suggestion) => object.id) {
    this.#ask = ask;
    this.#rowOf = rowOf;
  }

  /** Returns the suggestions for a row; none until they were read. */
  of(id: string): readonly Suggestion[] {
    const found = this.#found.get(id);
    if (!found) this.#want(id);
    return found ?? [];
  }

  /** Reads again after changes and syncs. Returns the function that stops it. */
  watch(): () => void {
    return onChanged(["decisions", "facts", "jobs", "suggestions"], () =>
      [...this.#found.keys()].forEach((id) => this.#want(id)),
    );
  }

  /** The rows of a page are asked for together. */
  #want(id: string): void {
    if (this.#wanted.size === 0) setTimeout(() => void this.#read());
    this.#wanted.add(id);
  }

  async #read(): Promise<void> {
    const ids = [...this.#wanted];
    this.#wanted = new Set();
    // Without an answer, rows have no suggestion.
    const found = await commands.suggestions(this.#ask(ids)).catch((): Suggestion[] => []);
    const byRow = grouped(found, this.#rowOf);
    for (const id of ids) this.#found.set(id, byRow.get(id) ?? []);
  }
}
