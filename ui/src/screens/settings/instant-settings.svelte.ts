// Settings that are saved as soon as they are changed.
import { asProblem } from "../../ipc";
import { messages } from "../../lib/messages.svelte";
import { Resource } from "../../lib/resource.svelte";

export class InstantSettings<Values extends object> extends Resource<Values> {
  readonly #save: (values: Values) => Promise<unknown>;
  /** The last save. The next one waits for it, so that they end in the order of the changes. */
  #saving: Promise<unknown> = Promise.resolve();
  #pending = 0;
  /** What was saved last. */
  #stored: Values | undefined;
  /** Values were read while changes were not saved yet. */
  #outdated = false;

  constructor(load: () => Promise<Values>, save: (values: Values) => Promise<unknown>) {
    super(load);
    this.#save = save;
  }

  protected override accept(values: Values): void {
    if (this.#pending > 0) this.#outdated = true;
    else super.accept(values);
  }

  /** Shows the change immediately. If it cannot be saved, reverts it and says why. */
  async change(change: Partial<Values>): Promise<void> {
    const before = this.value;
    if (!before) return;
    const values = { ...before, ...change };
    this.value = values;
    if (this.#pending++ === 0) this.#stored = before;
    const saved = this.#saving.then(() => this.#save(values));
    this.#saving = saved.catch(() => undefined);
    try {
      await saved;
      this.#stored = values;
      messages.show("ok", "Saved.");
    } catch (thrown) {
      // A later change is saved with this one.
      if (this.value === values) this.value = this.#stored;
      messages.problem(asProblem(thrown));
    } finally {
      if (--this.#pending === 0 && this.#outdated) {
        this.#outdated = false;
        void this.read();
      }
    }
  }
}
