// How many syncs run, wait and failed: for the top bar and Overview.
import { commands, onChanged, onSyncsMoved, type SyncCounts } from "../../ipc";
import { throttle } from "../../lib/throttle";

/** Milliseconds between two looks while syncs move. */
const MOVING = 500;
/** Milliseconds after which a sync may have become overdue although nothing moved. */
const IDLE = 30_000;

class Counting {
  /** null: not known (yet). */
  current = $state.raw<SyncCounts | null>(null);

  /** Keeps it true; returns the function that ends it. */
  watch(): () => void {
    const read = throttle(MOVING, () => this.#read());
    read();
    const timer = setInterval(read, IDLE);
    const stops = [onChanged(["jobs", "partners"], read), onSyncsMoved(read), () => clearInterval(timer)];
    return () => {
      stops.forEach((stop) => stop());
      this.current = null;
    };
  }

  async #read(): Promise<void> {
    try {
      this.current = await commands.syncCounts();
    } catch {
      this.current = null;
    }
  }
}

export const syncCounts = new Counting();
