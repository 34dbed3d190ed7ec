// A decision from the first edit to its save: a preview after each edit and after each change of the partner's data, what
// blocks it and what may be deallocated with it, "Save the other changes" (A14), new defaults (R22), the save, and the message with Undo.
import { untrack } from "svelte";
import { asProblem, commands, onChanged } from "../../ipc";
import type {
  Action,
  Blocker,
  DefaultReplacement,
  DefaultReplacementRow,
  Outcome,
  Problem,
  Saved,
} from "../../ipc";
import { messages } from "../../lib/messages.svelte";
import { savedMessage } from "./labels";
import { undoing } from "./undo.svelte";

/** Milliseconds without an edit before a preview is requested. */
const EDITING = 40;

export interface SaveOptions {
  /** Shows no message after the save. */
  quiet?: boolean;
  /** The change cannot be undone (A2), so the message offers no Undo. */
  final?: boolean;
  /** Save waits for the preview of what it would save. Without it, a form may be saved before: saving checks everything again. */
  previewFirst?: boolean;
  /** Whether a blocker is shown beside a field of the form. It is explained when Save is pressed, and does not disable it. */
  inForm?: (blocker: Blocker) => boolean;
  /** Called with what is left once blocked changes are left out. */
  onreduced?: (rest: Action) => void;
  onsaved?: (saved: Saved, action: Action) => void;
  onrefused?: () => void;
}

/** Campaigns to deallocate, and goals and tags to remove. */
interface Removable {
  campaigns: string[];
  goals: string[];
}

/** Returns the action that the dialog is about. */
const mainOf = (action: Action): Action =>
  action.action === "deallocate_first" ? mainOf(action.then) : action;

function withDefaults(action: Action, defaultReplacements: DefaultReplacement[]): Action {
  if (action.action === "deallocate_first")
    return { ...action, then: withDefaults(action.then, defaultReplacements) };
  return "defaultReplacements" in action ? { ...action, defaultReplacements } : action;
}

export class Draft {
  /** What would be saved; null while there is nothing to save. */
  action = $state.raw<Action | null>(null);
  /** What saving it would do, as of the last preview. */
  outcome = $state.raw<Outcome | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** `outcome` does not include the last edit yet. */
  previewing = $state(false);
  saving = $state(false);
  /** The partner's data changed, and with it what saving would do. */
  changedElsewhere = $state(false);
  /** Every change is blocked: there are no other changes to save. */
  nothingElse = $state(false);
  /** The save waits until new defaults are chosen. */
  choosingDefaults = $state(false);

  readonly #options: () => SaveOptions;
  #turn = 0;
  /** The action as the dialog set it. */
  #edited: Action | null = null;
  /** What blocked it, and is deallocated and removed with it. */
  #first: Removable | null = null;
  /** What `outcome` is the outcome of. */
  #previewed: Action | null = $state.raw(null);
  /** The outcome before the partner's data changed, until the next preview. */
  #before: Outcome | null = null;
  #running = false;
  /** `problem` is why the save failed; a successful preview does not clear it. */
  #saveFailed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: () => SaveOptions) {
    this.#options = options;
  }

  /** The XPO accounts that need a new default; empty unless the save waits for them. */
  get openDefaults(): DefaultReplacementRow[] {
    return this.choosingDefaults ? (this.outcome?.defaultReplacements ?? []) : [];
  }

  /** Returns to the edit without choosing new defaults. */
  keepDefaults(): void {
    this.choosingDefaults = false;
    this.set(this.#edited);
  }

  /** There is something that would be lost without saving. */
  get dirty(): boolean {
    const { action, outcome, previewing } = this;
    if (action === null || previewing || !outcome) return action !== null;
    return outcome.blockers.length === 0 || this.blocked;
  }

  get blocked(): boolean {
    return this.outcome?.blockers.some(({ reason }) => reason !== "nothing_to_do") ?? false;
  }

  /** What blocks the change and can be deallocated or removed with it, as one change. */
  get removable(): Removable {
    const blockers = this.outcome?.blockers ?? [];
    const ids = (wanted: Blocker["reason"]) =>
      blockers.filter(({ reason }) => reason === wanted).map(({ object }) => object.id);
    return { campaigns: ids("campaign_allocated"), goals: ids("goal_created") };
  }

  /** Deallocates and removes what blocks the change with it. Another edit forgets that. */
  include(): void {
    const { campaigns, goals } = this.removable;
    this.#first = {
      campaigns: [...(this.#first?.campaigns ?? []), ...campaigns],
      goals: [...(this.#first?.goals ?? []), ...goals],
    };
    this.set(this.#edited);
  }

  /** Save does nothing yet, because what it would do was not shown. */
  get unseen(): boolean {
    const { previewFirst = false } = this.#options();
    return previewFirst && this.#previewed !== this.action;
  }

  /** Save is disabled. While a preview is running it is not. */
  get disabled(): boolean {
    const { inForm = () => false } = this.#options();
    const blocked = this.outcome?.blockers.some((blocker) => !inForm(blocker)) ?? false;
    return this.action === null || (!this.previewing && blocked);
  }

  /** Sets the next edit, or the same again after the dialog has read its data again. */
  set(edited: Action | null): void {
    if (JSON.stringify(edited) !== JSON.stringify(this.#edited)) this.#first = null;
    this.#edited = edited;
    const action: Action | null =
      edited && this.#first ? { action: "deallocate_first", ...this.#first, then: edited } : edited;
    // Effects call this and must not depend on what it sets.
    if (JSON.stringify(action) !== untrack(() => JSON.stringify(this.action))) {
      this.changedElsewhere = false;
      this.nothingElse = false;
      this.choosingDefaults = false;
      this.#before = null;
      this.#saveFailed = false;
      this.action = action;
    }
    this.#turn++;
    clearTimeout(this.#timer);
    if (!action) {
      this.previewing = false;
      this.#show(null, null);
      this.problem = null;
      return;
    }
    this.previewing = true;
    this.#timer = setTimeout(() => void this.#preview(), EDITING);
  }

  /** Previews again after each change of the partner's data. Returns the function that stops it and drops the edit. */
  watch(): () => void {
    const stop = onChanged(["decisions", "facts", "accounts"], () => {
      if (this.saving || !this.action) return;
      // While an edit is previewed, the outcome is still that of the edit before.
      if (!this.previewing) this.#before ??= this.outcome;
      this.#turn++;
      this.previewing = true;
      void this.#preview();
    });
    return () => {
      stop();
      this.set(null);
    };
  }

  /** Saves it. Returns false if nothing was written: `outcome` or `problem` then says why. */
  async save(): Promise<boolean> {
    if (!this.action || this.disabled || this.unseen) return false;
    this.nothingElse = false;
    if (!this.previewing && this.outcome && this.outcome.blockers.length > 0) {
      this.#options().onrefused?.();
      return false;
    }
    return this.#commit(this.action);
  }

  /** Leaves out what is blocked and saves the rest (A14), unless it is edited or dropped meanwhile. */
  async saveOthers(): Promise<boolean> {
    const { action } = this;
    if (!action || this.saving) return false;
    this.nothingElse = false;
    this.saving = true;
    let rest: Action | null;
    try {
      rest = await commands.unblockedPart(action);
    } catch (thrown) {
      this.problem = asProblem(thrown);
      return false;
    } finally {
      this.saving = false;
    }
    if (JSON.stringify(action) !== JSON.stringify(this.action)) return false;
    if (!rest) {
      this.nothingElse = true;
      return false;
    }
    this.set(mainOf(rest));
    if (rest.action === "deallocate_first") {
      this.#first = { campaigns: rest.campaigns, goals: rest.goals };
      this.set(this.#edited);
    }
    this.#options().onreduced?.(mainOf(rest));
    return this.#commit(rest);
  }

  async saveWithDefaults(defaultReplacements: DefaultReplacement[]): Promise<boolean> {
    const { action } = this;
    if (!action) return false;
    this.action = withDefaults(action, defaultReplacements);
    return this.#commit(this.action);
  }

  async #commit(action: Action): Promise<boolean> {
    if (this.saving) return false;
    const { quiet = false, final = false, onsaved, onrefused } = this.#options();
    this.saving = true;
    this.problem = null;
    this.#saveFailed = false;
    try {
      const saved = await undoing.saving(commands.commit(action));
      const { outcome, change } = saved;
      this.#show(outcome, action);
      if (outcome.entry !== null) {
        this.choosingDefaults = false;
        if (!quiet && final) messages.show("ok", savedMessage(outcome));
        else if (!quiet) undoing.saved(savedMessage(outcome), change);
        onsaved?.(saved, mainOf(action));
        return true;
      }
      this.choosingDefaults =
        outcome.blockers.length === 0 && outcome.defaultReplacements.some(({ choice }) => choice === null);
    } catch (thrown) {
      this.problem = asProblem(thrown);
      this.#saveFailed = true;
      this.choosingDefaults = false;
    } finally {
      this.saving = false;
    }
    if (!this.choosingDefaults) onrefused?.();
    return false;
  }

  #show(outcome: Outcome | null, of: Action | null): void {
    this.outcome = outcome;
    this.#previewed = of;
  }

  /** One preview at a time: only the newest edit waits for it. */
  async #preview(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      for (let turn = -1; turn !== this.#turn;) {
        turn = this.#turn;
        const { action } = this;
        if (!action) break;
        try {
          const outcome = await commands.preview(action);
          if (turn !== this.#turn) continue;
          this.#show(outcome, action);
          if (!this.#saveFailed) this.problem = null;
        } catch (thrown) {
          if (turn === this.#turn) this.problem = asProblem(thrown);
        }
        // Together with the outcome, so that Save never still waits for it.
        this.previewing = turn !== this.#turn;
      }
    } finally {
      this.#running = false;
      this.previewing = false;
      if (this.#before && JSON.stringify(this.#before) !== JSON.stringify(this.outcome))
        this.changedElsewhere = true;
      this.#before = null;
    }
  }
}
