// Settings that are saved as soon as they are changed.
import { asProblem, type Problem } from "../../ipc";
import { messages } from "../../lib/messages.svelte";

export class InstantSettings<Values extends object> {
  /** Null until they are loaded. */
  values: Values | null = $state.raw(null);
  problem = $state.raw<Problem | null>(null);
  readonly #load: () => Promise<Values>;
  readonly #save: (values: Values) => Promise<unknown>;

  constructor(load: () => Promise<Values>, save: (values: Values) => Promise<unknown>) {
    this.#load = load;
    this.#save = save;
  }

  load = async (): Promise<void> => {
    try {
      this.values = await this.#load();
      this.problem = null;
    } catch (thrown) {
      this.problem = asProblem(thrown);
    }
  };

  /** Shows the change at once, and reverts it if it cannot be saved. */
  async change(change: Partial<Values>): Promise<void> {
    const before = this.values;
    if (!before) return;
    this.values = { ...before, ...change };
    try {
      await this.#save(this.values);
      this.problem = null;
      messages.say("ok", "Saved.");
    } catch (thrown) {
      this.values = before;
      this.problem = asProblem(thrown);
    }
  }
}
