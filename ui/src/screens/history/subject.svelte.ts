// The name of what a list of the history is limited to, and the filter that shows it.
import { kindLabels, nameOf } from "../../features/app/objects";
import type { Filter } from "../../features/list/filters";
import { commands, type HistorySubject } from "../../ipc";

export class Subject {
  #name = $state("…");

  async read(about: HistorySubject): Promise<void> {
    try {
      this.#name = about.kind === "change" ? "One change" : nameOf(await commands.historySubject(about));
    } catch {
      // The filter works without the name.
      this.#name = "(unknown)";
    }
  }

  /** Returns the filter with its only option chosen; `clear` removes it. */
  filter({ kind }: HistorySubject, clear: () => void): Filter {
    return { title: kindLabels[kind], options: [{ label: this.#name, chosen: true, toggle: clear }] };
  }
}
