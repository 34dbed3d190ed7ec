// The window stays hidden until its first screen has its content, so that nobody sees it being put together.
import { tick } from "svelte";
import { commands } from "../ipc";

const AT_THE_LATEST = 1_500; // ms; a window that comes late is worse than one with a skeleton

let shown: Promise<void> | undefined;

/** Called by each screen when it has something to show; the first call shows the window. */
export async function painted(): Promise<void> {
  await show();
  // Two frames later it is on the screen: the moment that `make bench` measures.
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("usable")));
}

export function paintedAtTheLatest(): void {
  setTimeout(() => void show(), AT_THE_LATEST);
}

function show(): Promise<void> {
  shown ??= tick()
    .then(async () => void (await commands.windowReady()))
    .catch((thrown: unknown) => console.error("the window could not show itself", thrown));
  return shown;
}
