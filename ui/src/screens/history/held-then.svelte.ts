// Campaigns or audiences that an advertiser had at a moment, read on as one scrolls: each page begins after the last.
import { asProblem, commands, type ObjectAsOf, type Problem } from "../../ipc";

/** Rows that the Rust side gives at a time. */
const PAGE = 100;
/** Rows before the end at which the next page is asked for. */
const EARLY = 20;

export class HeldThen {
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  readonly #ask: (last: ObjectAsOf | null) => Promise<ObjectAsOf[]>;
  readonly #rows: ObjectAsOf[] = [];
  #here = $state(0);
  #wanted = 0;
  #done = false;

  constructor(at: number, kind: "campaign_allocation" | "audience_allocation", advertiser: string) {
    this.#ask = (last) => commands.allocatedAsOf(at, kind, advertiser, last);
  }

  rowAt(index: number): ObjectAsOf | undefined {
    return index < this.#here ? this.#rows[index] : undefined;
  }

  /** Says up to where rows are on screen. */
  show(end: number): void {
    this.#wanted = end + EARLY;
    if (!this.problem) void this.more();
  }

  /** Reads until what is on screen is here. */
  async more(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      while (!this.#done && this.#rows.length < this.#wanted) {
        const page = await this.#ask(this.#rows.at(-1) ?? null);
        this.#rows.push(...page);
        this.#here = this.#rows.length;
        this.#done = page.length < PAGE;
      }
    } catch (thrown) {
      this.problem = asProblem(thrown);
    } finally {
      this.busy = false;
    }
  }
}
