// Undoing changes: from the message after a save, from the change history and from the top bar.
import { asProblem, commands, lists, onChanged, type HistoryRow, type Outcome } from "../../ipc";
import { messages } from "../../lib/messages.svelte";

const newest = { search: "", actions: [], actors: [], about: null, from: null, until: null };

class Undoing {
  /** An undo that is blocked or needs new defaults; the shell shows it in a dialog. */
  refused = $state.raw<{ change: string; redo: boolean; outcome: Outcome } | null>(null);
  /** What the top bar undoes: the newest change that is neither undone nor an undo. */
  last = $state.raw<HistoryRow | null>(null);
  busy = $state(false);

  /** Keeps `last` up to date. Returns the function that stops it. */
  watch(): () => void {
    void this.#read();
    return onChanged(["decisions", "partners"], () => void this.#read());
  }

  /** Says that a change was saved, and offers to undo it. */
  saved(text: string, change: string): void {
    messages.show("ok", text, { label: "Undo", run: () => void this.undo(change) });
  }

  /** Undoes a change, or opens the dialog that says why it cannot. `redo` undoes an undo. */
  async undo(change: string, redo = false): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      const { change: id, outcome } = await commands.commit({ action: "undo", change, handOvers: [] });
      if (outcome.entry === null) this.refused = { change, redo, outcome };
      else this.done(id, redo);
    } catch (thrown) {
      messages.problem(asProblem(thrown));
    } finally {
      this.busy = false;
    }
  }

  /** An undo was saved as the change `id`, which can be undone in turn. */
  done(id: string, redo: boolean): void {
    this.refused = null;
    const [text, label] = redo ? ["Redone.", "Undo"] : ["Undone.", "Redo"];
    messages.show("ok", text, { label, run: () => void this.undo(id, !redo) });
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
