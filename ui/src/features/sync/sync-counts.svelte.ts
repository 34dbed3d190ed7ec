// The numbers of running, waiting, overdue and failed syncs, for the top bar and Overview.
import { commands, onChanged, onSyncProgress, type SyncCounts } from "../../ipc";
import { throttle } from "../../lib/throttle";

/** Minimum milliseconds between two reads while syncs make progress. */
const ACTIVE = 500;
/** Milliseconds between two reads otherwise: a sync may become overdue without an event. */
const IDLE = 30_000;

class SyncCountsReader {
  /** Null until the counts are loaded, or if they cannot be. */
  current = $state.raw<SyncCounts | null>(null);

  /** Keeps the counts up to date. Returns the function that stops it. */
  watch(): () => void {
    const read = throttle(ACTIVE, () => this.#read());
    read();
    const timer = setInterval(read, IDLE);
    const stops = [onChanged(["jobs", "partners"], read), onSyncProgress(read), () => clearInterval(timer)];
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

export const syncCounts = new SyncCountsReader();
