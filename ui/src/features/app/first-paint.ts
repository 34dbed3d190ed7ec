// The moment at which the first screen has its content: told once, to whoever waits for it.
import { tick } from "svelte";
import { commands } from "../../ipc";

let said = false;

/** Called by each screen when it has something to show; only the first call counts. */
export async function painted(): Promise<void> {
  if (said) return;
  said = true;
  await tick();
  // Two frames later it is on the screen: the moment that `make bench` measures.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      performance.mark("usable");
      commands
        .windowReady()
        .catch((thrown: unknown) => console.error("nobody hears that the window is ready", thrown));
    }),
  );
}
