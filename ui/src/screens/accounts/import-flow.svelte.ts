// The state of an import, from the press of the button to Confirm. The Rust side does the work.
import { asProblem, commands, onImportStage, onLinkRefused, onSignInPage } from "../../ipc";
import type { ImportReport, ImportStage, SignInMethod, Problem } from "../../ipc";

type ImportView =
  | { kind: "closed" }
  | {
      kind: "running";
      way: SignInMethod;
      stage: ImportStage;
      startedAt: Date;
      cancelling: boolean;
      /** The address of a link that the sign-in window does not open. */
      refused?: string;
      /** The sign-in window shows an error page. */
      pageFailed?: boolean;
    }
  | {
      kind: "done";
      report: ImportReport;
      /** The TikTok user who had to sign in again did. */
      signedInAgain: boolean;
    }
  | { kind: "failed"; problem: Problem };

const WAITING: ImportStage = { stage: "sign_in", done: 0, of: 0 };

export class ImportFlow {
  view = $state.raw<ImportView>({ kind: "closed" });
  /** How the admin signs in, also the next time. */
  way: SignInMethod = "popup";
  #userId: string | null = null;
  /** Counts the commands: only the answer of the newest one is used. */
  #attempt = 0;
  #running: Promise<unknown> | null = null;
  #cancelled: () => void;

  /** `oncancelled` is called when the admin has cancelled and nothing was imported. */
  constructor(oncancelled: () => void) {
    this.#cancelled = oncancelled;
  }

  /** Follows the stages of the import. Returns the function that stops it. */
  listen(): () => void {
    const stops = [
      onImportStage((stage) => {
        if (this.view.kind === "running") this.view = { ...this.view, stage };
      }),
      onSignInPage((pageFailed) => {
        if (this.view.kind === "running") this.view = { ...this.view, pageFailed };
      }),
      onLinkRefused((refused) => {
        if (this.view.kind === "running") this.view = { ...this.view, refused };
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** `userId` is the TikTok user who has to sign in again; null accepts any. */
  start(way: SignInMethod, userId: string | null): Promise<void> {
    this.way = way;
    this.#userId = userId;
    return this.#run(WAITING, () => commands.importAccounts(way, userId));
  }

  /** Starts the same import again. */
  startOver(): Promise<void> {
    return this.start(this.way, this.#userId);
  }

  /** Starts the same import again, with the sign-in window. */
  usePopup(): Promise<void> {
    return this.start("popup", this.#userId);
  }

  /** Continues after a problem, without another sign-in where that is possible. */
  resume(): Promise<void> {
    if (this.view.kind !== "failed" || !this.view.problem.canContinue) return this.startOver();
    return this.#run({ stage: "exchange", done: 0, of: 0 }, () => commands.continueImport());
  }

  /** Closes the sign-in window and uses the system's browser. */
  async useBrowser(): Promise<void> {
    const before = this.#running;
    this.#attempt += 1;
    this.view = { kind: "running", way: "browser", stage: WAITING, startedAt: new Date(), cancelling: false };
    const attempt = this.#attempt;
    if (before) {
      await commands.cancelImport().catch(() => null);
      await before;
    }
    if (attempt === this.#attempt) await this.start("browser", this.#userId);
  }

  async cancel(): Promise<void> {
    if (this.view.kind !== "running" || this.view.cancelling) return;
    this.view = { ...this.view, cancelling: true };
    try {
      await commands.cancelImport();
    } catch (thrown) {
      this.view = { kind: "failed", problem: asProblem(thrown) };
    }
  }

  close(): void {
    if (this.view.kind !== "running") this.view = { kind: "closed" };
  }

  async #run(stage: ImportStage, command: () => Promise<ImportReport>): Promise<void> {
    const attempt = ++this.#attempt;
    this.view = { kind: "running", way: this.way, stage, startedAt: new Date(), cancelling: false };
    const answer = command().then(
      (report) => {
        const signedInAgain = this.#userId !== null && report.expectedUser === null;
        this.#finish(attempt, { kind: "done", report, signedInAgain });
      },
      (thrown: unknown) => this.#finish(attempt, { kind: "failed", problem: asProblem(thrown) }),
    );
    this.#running = answer;
    await answer;
    if (this.#running === answer) this.#running = null;
  }

  #finish(attempt: number, next: ImportView): void {
    if (attempt !== this.#attempt) return;
    const askedToCancel = this.view.kind === "running" && this.view.cancelling;
    if (askedToCancel && next.kind === "failed" && next.problem.code === "sign_in_cancelled") {
      this.view = { kind: "closed" };
      this.#cancelled();
    } else {
      this.view = next;
    }
  }
}
