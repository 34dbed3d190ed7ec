// Failures of the program itself: errors that the page did not handle, and panics of the Rust side.
import { commands, onCrashed } from "../../ipc";

class Crashes {
  /** Whether something failed since the page was loaded. */
  happened = $state(false);

  /** Watches for failures until the returned function is called. */
  watch(): () => void {
    const onError = (event: ErrorEvent) => {
      // "ResizeObserver loop" notices are error events without an error.
      if (event.error) this.report(event.error);
    };
    const onRejection = (event: PromiseRejectionEvent) => this.report(event.reason);
    window.addEventListener("error", onError);
    window.addEventListener("unhandledrejection", onRejection);
    const stop = onCrashed(() => (this.happened = true));
    return () => {
      window.removeEventListener("error", onError);
      window.removeEventListener("unhandledrejection", onRejection);
      stop();
    };
  }

  /** Shows the failure and logs where it happened. Its message is left out: it may quote names. */
  readonly report = (thrown: unknown): void => {
    this.happened = true;
    const error = thrown instanceof Error ? thrown : new Error();
    const location = /[\w.-]+\.(?:js|ts|svelte):\d+(?::\d+)?/.exec(error.stack ?? "")?.[0] ?? "";
    commands.reportPageError({ name: error.name, location }).catch(() => {
      // Without the Rust side there is no log; the screen still tells.
    });
  };
}

export const crashes = new Crashes();
