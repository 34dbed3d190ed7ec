// Whether TikTok can be reached, for the top bar and before syncs.
import { commands, type Problem } from "../../ipc";
import { network } from "../../lib/network.svelte";
import { Resource } from "../../lib/resource.svelte";

class TiktokReachability {
  readonly #last = new Resource(commands.reachability);

  /** Undefined until it is known. */
  readonly state = $derived(this.#last.value);
  /** Why TikTok can't be reached. */
  readonly problem: Problem | null = $derived.by(() => {
    if (!network.online) return { code: "offline", subject: null, details: null, canContinue: false };
    return this.state?.state === "unreachable" ? this.state.problem : null;
  });

  /** Keeps the state up to date. Returns the function that stops it. */
  watch = (): (() => void) => this.#last.watch(["jobs", "settings", "partners"]);
}

export const reachability = new TiktokReachability();
