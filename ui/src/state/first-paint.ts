// The window stays hidden until its first screen has its content, so that nobody sees it being put together.
import { tick } from "svelte";
import { commands } from "../ipc";

const AT_THE_LATEST = 1_500; // ms; a window that comes late is worse than one with a skeleton

let said = false;

/** Called by each screen when it has something to show; only the first call counts. */
export async function painted(): Promise<void> {
  if (said) return;
  said = true;
  await tick();
  await commands
    .windowReady()
    .catch((thrown: unknown) => console.error("the window could not show itself", thrown));
}

export function paintedAtTheLatest(): void {
  setTimeout(() => void painted(), AT_THE_LATEST);
}
