// A decision before it is saved: what saving it would do, asked again with every edit and whenever the book changes.
import { untrack } from "svelte";
import {
  asProblem,
  commands,
  onChanged,
  type Action,
  type Outcome,
  type Problem,
  type Saved,
} from "../../ipc";

/** Milliseconds without an edit before a preview is asked for. */
const EDITING = 40;

export class Draft {
  /** What would be saved; null while there is nothing to save. */
  action = $state.raw<Action | null>(null);
  /** What saving it would do, as of the last answer. */
  outcome = $state.raw<Outcome | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** An edit was made that `outcome` does not know of yet. */
  asking = $state(false);
  saving = $state(false);
  /** Somebody else changed the book, and with it what saving would do. */
  moved = $state(false);

  #turn = 0;
  /** The outcome before somebody else changed the book, until it was asked for again. */
  #before: Outcome | null = null;
  #running = false;
  /** `problem` tells why it could not be saved: another preview does not make that good. */
  #unsaved = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether Save would save it, as far as is known. */
  get ready(): boolean {
    return (
      this.action !== null &&
      !this.asking &&
      this.outcome !== null &&
      this.outcome.blockers.length === 0 &&
      this.outcome.handOvers.every(({ choice }) => choice !== null)
    );
  }

  /** Another edit, or the same once more because the dialog read again what it shows. */
  set(action: Action | null): void {
    // Effects call this, and must not follow what they set.
    if (JSON.stringify(action) !== untrack(() => JSON.stringify(this.action))) {
      this.moved = false;
      this.#before = null;
      this.#unsaved = false;
    }
    this.action = action;
    this.#turn++;
    clearTimeout(this.#timer);
    if (!action) {
      this.asking = false;
      this.outcome = null;
      this.problem = null;
      return;
    }
    this.asking = true;
    this.#timer = setTimeout(() => void this.#ask(), EDITING);
  }

  /** Keeps an eye on the book; returns the function that ends it. To be called while the dialog is open. */
  watch(): () => void {
    return onChanged(["decisions", "facts", "accounts"], () => {
      if (this.saving || !this.action) return;
      this.#before ??= this.outcome;
      this.#turn++;
      this.asking = true;
      void this.#ask();
    });
  }

  /** Saves it. Null when it may not be saved: `outcome` or `problem` then says why, and nothing was written. */
  async save(): Promise<Saved | null> {
    if (!this.action || this.saving) return null;
    this.saving = true;
    this.problem = null;
    this.#unsaved = false;
    try {
      const saved = await commands.commit(this.action);
      this.outcome = saved.outcome;
      return saved.outcome.entry === null ? null : saved;
    } catch (thrown) {
      this.problem = asProblem(thrown);
      this.#unsaved = true;
      return null;
    } finally {
      this.saving = false;
    }
  }

  /** Leaves out what is forbidden (A14). False when nothing would be left. */
  async keepTheRest(): Promise<boolean> {
    if (!this.action) return false;
    try {
      const rest = await commands.restOf(this.action);
      if (rest) this.set(rest);
      return rest !== null;
    } catch (thrown) {
      this.problem = asProblem(thrown);
      return false;
    }
  }

  /** One question at a time: while one is under way, only the newest edit waits. */
  async #ask(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      for (let turn = -1; turn !== this.#turn;) {
        turn = this.#turn;
        const action = this.action;
        if (!action) break;
        try {
          const outcome = await commands.preview(action);
          if (turn !== this.#turn) continue;
          this.outcome = outcome;
          if (!this.#unsaved) this.problem = null;
        } catch (thrown) {
          if (turn === this.#turn) this.problem = asProblem(thrown);
        }
        // Together with the answer: nobody sees it with a Save that still waits for it.
        this.asking = turn !== this.#turn;
      }
    } finally {
      this.#running = false;
      this.asking = false;
      if (this.#before && JSON.stringify(this.#before) !== JSON.stringify(this.outcome)) this.moved = true;
      this.#before = null;
    }
  }
}
