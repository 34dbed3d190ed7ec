// Taking decisions back: from the message that follows each of them, from the history, and from the top bar.
import { asProblem, commands, lists, onChanged, type HistoryRow, type Outcome } from "../../ipc";
import { messages } from "../../lib/messages.svelte";

const newest = { search: "", actions: [], actors: [], about: null, from: null, until: null };

class Undoing {
  /** An undo that is refused, or waits for new defaults; the shell shows it in a dialog. */
  open = $state.raw<{ change: string; outcome: Outcome } | null>(null);
  /** What the top bar's Undo takes back: the newest decision that was not taken back and is no undo itself. */
  last = $state.raw<HistoryRow | null>(null);
  busy = $state(false);

  /** Keeps `last` true; returns the function that ends it. */
  watch(): () => void {
    void this.#read();
    return onChanged(["decisions", "partners"], () => void this.#read());
  }

  /** Says that a decision was saved, and offers to take it back. */
  saved(text: string, change: string): void {
    messages.say("ok", text, { label: "Undo", run: () => void this.undo(change) });
  }

  /** Takes a change back, or opens the dialog that says why not. */
  async undo(change: string): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      const { change: id, outcome } = await commands.commit({ action: "undo", change, handOvers: [] });
      if (outcome.entry === null) this.open = { change, outcome };
      else this.done(id);
    } catch (thrown) {
      messages.problem(asProblem(thrown));
    } finally {
      this.busy = false;
    }
  }

  /** An undo was saved as the change `id`, which can be taken back in its turn. */
  done(id: string): void {
    this.open = null;
    messages.say("ok", "Undone.", { label: "Redo", run: () => void this.undo(id) });
  }

  async #read(): Promise<void> {
    try {
      const { page } = await lists.history.list(newest);
      this.last = page.rows.find(({ undoes, undoneBy }) => undoes === null && undoneBy === null) ?? null;
    } catch {
      this.last = null;
    }
  }
}

export const undoing = new Undoing();
