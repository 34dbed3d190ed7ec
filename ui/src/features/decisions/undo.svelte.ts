// Undo and Redo: from the message after a save, from the change history, from the top bar and with the keyboard. Only what the
// admin has just done is undone at once; everything else is previewed in a dialog.
import { plain } from "../../components/text/text";
import { asProblem, commands, onChanged } from "../../ipc";
import type { Action, HistoryRow, NextUndo, Outcome } from "../../ipc";
import { messages } from "../../lib/messages.svelte";

/** The largest change, in edits, that the top bar undoes without a preview. */
const SMALL = 10;

const nothing: NextUndo = { undo: null, skips: false, redo: null };

class Undoing {
  /** The change whose undo is previewed; the shell shows the dialog. */
  asked = $state.raw<string | null>(null);
  /** What the top bar undoes and redoes. */
  next = $state.raw<NextUndo>(nothing);
  busy = $state(false);
  /** The changes that were made in this window since the partner was opened. */
  readonly #own = new Set<string>();
  #reads = 0;
  /** The newest save or reading after which `next` is up to date. */
  #pending: Promise<unknown> = Promise.resolve();
  /** The message that offers to undo or redo a change. */
  #offered: { message: number; change: string } | null = null;

  /** Keeps `next` up to date. Returns the function that stops it. */
  watch(): () => void {
    void this.#read();
    const stops = [
      onChanged(["decisions", "partners"], () => void this.#read()),
      // A restored backup may not have what was done here.
      onChanged(["partners"], () => this.#forget()),
    ];
    return () => {
      stops.forEach((stop) => stop());
      this.#forget();
      this.#reads++;
      this.next = nothing;
    };
  }

  #forget(): void {
    this.#own.clear();
    if (this.#offered) messages.dismiss(this.#offered.message);
    this.#offered = null;
    this.asked = null;
  }

  /** Offers to undo the change; with `redo`, the change is an undo. Returns the id of the message. */
  #offer(text: string, change: string, redo: boolean): number {
    this.#own.add(change);
    const [label, run] = [redo ? "Redo" : "Undo", () => void this.undo(change, redo)];
    const message = messages.show("ok", text, { label, run });
    this.#offered = { message, change };
    return message;
  }

  /** Says that a change was saved, and offers to undo it. Returns the id of the message. */
  saved = (text: string, change: string): number => this.#offer(text, change, false);

  /** Undo and Redo wait until they know what is being saved. */
  saving<T>(save: Promise<T>): Promise<T> {
    const read = () => this.#read();
    this.#pending = save.then(read, read);
    return save;
  }

  /** Previews the undo of a change, or the redo of an undo. */
  ask = (change: string): void => {
    this.asked = change;
  };

  /** Undoes a change that was just made. `redo` undoes an undo. Opens the preview if something blocks it. */
  async undo(change: string, redo = false): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      const action: Action = { action: "undo", change, keep: [], also: [], defaultReplacements: [] };
      const { change: id, outcome } = await this.saving(commands.commit(action));
      if (outcome.entry === null) this.ask(change);
      else this.done(id, outcome, redo);
    } catch (thrown) {
      messages.problem(asProblem(thrown));
    } finally {
      this.busy = false;
    }
  }

  /** Undoes or redoes the last change, as the top bar names it. */
  async top(which: "undo" | "redo"): Promise<void> {
    for (let known; known !== this.#pending;) {
      known = this.#pending;
      await known;
    }
    const row = this.next[which];
    if (!row || this.busy || this.asked) return;
    const isLast = which === "redo" || !this.next.skips;
    if (isLast && this.#own.has(row.entry.id) && (row.isUndo || row.edits <= SMALL))
      await this.undo(row.entry.id, row.isUndo);
    else this.ask(row.entry.id);
  }

  /** An undo was saved as the change `id`, which can be undone in turn. */
  done(id: string, { summary }: Outcome, redo: boolean): void {
    this.asked = null;
    this.#offer(`${plain(summary)}.`, id, !redo);
  }

  #read(): Promise<void> {
    const reading = this.#readNext();
    this.#pending = reading;
    return reading;
  }

  async #readNext(): Promise<void> {
    const read = ++this.#reads;
    const next = await commands.nextUndo().catch(() => nothing);
    // A later read may have ended before.
    if (read !== this.#reads) return;
    this.next = next;
    await this.#withdrawOffer();
  }

  /** Takes the button off the message once its change can no longer be undone or redone. */
  async #withdrawOffer(): Promise<void> {
    const offered = this.#offered;
    if (!offered) return;
    const undoable = await commands.undoable([offered.change]).catch(() => null);
    if (!undoable || undoable.includes(offered.change)) return;
    messages.endAction(offered.message);
    if (this.#offered === offered) this.#offered = null;
  }
}

export const undoing = new Undoing();

/** Whether an entry can be undone, at least in part. */
export const canUndo = ({ undo }: HistoryRow) => undo === "possible" || undo === "partly";
