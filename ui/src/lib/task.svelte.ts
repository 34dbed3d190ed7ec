// An operation that a button starts, one at a time.
import { asProblem, type Problem } from "../ipc";

export class Task {
  busy = $state(false);
  /** Why it failed last; null once it is started again. */
  problem = $state.raw<Problem | null>(null);

  /** Runs `work` unless it runs already. Returns whether it succeeded. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = null;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.problem = asProblem(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
