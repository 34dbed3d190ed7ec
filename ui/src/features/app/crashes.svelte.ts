// Crashes: errors that the page did not handle, and panics in Rust.
import { commands, onCrashed } from "../../ipc";

class Crashes {
  /** Whether there was a crash since the page was loaded. */
  happened = $state(false);

  /** Watches for crashes. Returns the function that stops it. */
  watch(): () => void {
    const onError = (event: ErrorEvent) => {
      // Browsers report "ResizeObserver loop" as an error event without an error.
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

  /** Shows the crash and logs its location, but not its message, which may contain names. */
  readonly report = (thrown: unknown): void => {
    this.happened = true;
    const error = thrown instanceof Error ? thrown : new Error();
    const location = /[\w.-]+\.(?:js|ts|svelte):\d+(?::\d+)?/.exec(error.stack ?? "")?.[0] ?? "";
    commands.reportPageError({ name: error.name, location }).catch(() => {
      // Without the Rust process there is no log. The screen shows the crash anyway.
    });
  };
}

export const crashes = new Crashes();
