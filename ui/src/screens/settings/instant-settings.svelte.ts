// Settings that are saved as soon as they are changed.
import { asProblem } from "../../ipc";
import { messages } from "../../lib/messages.svelte";
import { Resource } from "../../lib/resource.svelte";

export class InstantSettings<Values extends object> extends Resource<Values> {
  readonly #save: (values: Values) => Promise<unknown>;

  constructor(load: () => Promise<Values>, save: (values: Values) => Promise<unknown>) {
    super(load);
    this.#save = save;
  }

  /** Shows the change immediately, and reverts it if it cannot be saved. */
  async change(change: Partial<Values>): Promise<void> {
    const before = this.value;
    if (!before) return;
    this.value = { ...before, ...change };
    try {
      await this.#save(this.value);
      this.problem = null;
      messages.show("ok", "Saved.");
    } catch (thrown) {
      this.value = before;
      this.problem = asProblem(thrown);
    }
  }
}
