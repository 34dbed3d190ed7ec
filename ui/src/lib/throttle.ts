/**
 * Returns a function that runs `work`: the first time immediately, then at most once in `gap` milliseconds and never twice at a
 * time. Calls that arrive meanwhile are combined into one run afterwards.
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
