// Settings that are saved as soon as they are changed. A change that cannot be saved is reverted.
import { asProblem } from "../ipc";
import { messages } from "./messages.svelte";
import { Resource } from "./resource.svelte";

export class SavedSettings<T extends object> extends Resource<T> {
  readonly #save: (settings: T) => Promise<unknown>;

  constructor(load: () => Promise<T>, save: (settings: T) => Promise<unknown>) {
    super(load);
    this.#save = save;
  }

  async change(change: Partial<T>): Promise<void> {
    const before = this.value;
    if (!before) return;
    this.value = { ...before, ...change };
    try {
      await this.#save(this.value);
      this.problem = null;
      messages.say("ok", "Saved.");
    } catch (thrown) {
      this.value = before;
      this.problem = asProblem(thrown);
    }
  }
}
