// Reading again after many small events: at once, but never twice at a time and not more often than makes sense.

/**
 * A function that does `work` when it is called: the first time at once, then at most once in `gap` milliseconds. What is
 * asked for while the work is under way is done afterwards, once; the last call is always served.
 */
export function throttle(gap: number, work: () => Promise<unknown>): () => void {
  let busy = false;
  let again = false;

  async function run() {
    busy = true;
    again = false;
    await work();
    setTimeout(() => {
      busy = false;
      if (again) void run();
    }, gap);
  }

  return () => {
    if (busy) again = true;
    else void run();
  };
}
