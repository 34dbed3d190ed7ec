// Closing the window: asks about unsaved changes and running work first. Rust closes it at a second request, also while the
// page hangs.
import { openDialogs } from "../../components/overlay/open-dialogs.svelte";
import { commands, onCloseRequested } from "../../ipc";
import { leaveAll, leavingAsks, router } from "./router.svelte";

/** Watches for what closing would end, and for closing, until the component that calls it is removed. */
export function askBeforeClosing(): void {
  /** The admin is asked because of a close request. */
  let closing = $state(false);
  const unsaved = $derived(openDialogs.dirty || router.dirty);
  const asking = $derived(openDialogs.asking || router.waiting !== null);

  $effect(() =>
    onCloseRequested(() => {
      closing = true;
      leaveAll(() => void commands.quit());
    }),
  );
  $effect(() => {
    if (!asking) closing = false;
  });
  // Rust still has what the page said that was loaded before, such as one that crashed.
  let reported: { asks: boolean; unsaved: boolean } | null = null;
  $effect(() => {
    const report = { asks: leavingAsks() && !closing, unsaved };
    if (report.asks === reported?.asks && report.unsaved === reported.unsaved) return;
    reported = report;
    // If this fails, the window closes without a question.
    commands.setLeaving(report.asks, report.unsaved).catch(() => undefined);
  });
}
