// The campaigns or audiences that an advertiser had at a moment. Each page continues after the last row, while scrolling.
import { asProblem, commands, rowsPerPage, type ObjectAsOf, type Problem } from "../../ipc";

/** Rows before the end at which the next page is requested. */
const AHEAD = 20;

export class PastAllocations {
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  readonly #load: (last: ObjectAsOf | null) => Promise<ObjectAsOf[]>;
  readonly #rows: ObjectAsOf[] = [];
  #loaded = $state(0);
  #wanted = 0;
  #complete = false;

  constructor(at: number, kind: "campaign_allocation" | "audience_allocation", advertiser: string) {
    this.#load = (last) => commands.allocatedAsOf(at, kind, advertiser, last);
  }

  rowAt(index: number): ObjectAsOf | undefined {
    return index < this.#loaded ? this.#rows[index] : undefined;
  }

  /** Reports up to where rows are on screen. */
  show(end: number): void {
    this.#wanted = end + AHEAD;
    if (!this.problem) void this.more();
  }

  /** Reads until the rows on screen are loaded. */
  async more(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      while (!this.#complete && this.#rows.length < this.#wanted) {
        const page = await this.#load(this.#rows.at(-1) ?? null);
        this.#rows.push(...page);
        this.#loaded = this.#rows.length;
        this.#complete = page.length < rowsPerPage;
      }
    } catch (thrown) {
      this.problem = asProblem(thrown);
    } finally {
      this.busy = false;
    }
  }
}
