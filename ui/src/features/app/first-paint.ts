// The first screen shows its content.
import { tick } from "svelte";
import { commands } from "../../ipc";

let reported = false;
let resolve: () => void;

/** Resolves once the content of the first screen is painted. What that does not need waits for it. */
export const firstPaint = new Promise<void>((done) => (resolve = done));

/** Every screen calls this when it has content; only the first call counts. */
export async function reportFirstPaint(): Promise<void> {
  if (reported) return;
  reported = true;
  await tick();
  // Two frames later the content is on screen. `make bench` measures this moment.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      performance.mark("usable");
      resolve();
      commands
        .windowReady()
        .catch((thrown: unknown) => console.error("failed to report that the window is ready", thrown));
    }),
  );
}
