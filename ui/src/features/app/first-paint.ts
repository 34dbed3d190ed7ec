// The first screen shows its content.
import { tick } from "svelte";
import { commands } from "../../ipc";

/** Milliseconds. Placeholders that are painted earlier only delay the content. */
const PATIENCE = 300;

let reported = false;
let resolve: () => void;
let show: () => void = () => undefined;

/** Resolves once the content of the first screen is painted. What that does not need waits for it. */
export const firstPaint = new Promise<void>((done) => (resolve = done));

/** Paints the page once its first screen has content, or takes long. It is laid out and takes the focus meanwhile. */
export function paintWithContent(page: HTMLElement): void {
  page.classList.add("unpainted");
  show = () => page.classList.remove("unpainted");
  setTimeout(show, PATIENCE);
}

/** Every screen calls this when it has content; only the first call counts. */
export async function reportFirstPaint(): Promise<void> {
  if (reported) return;
  reported = true;
  await tick();
  show();
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
