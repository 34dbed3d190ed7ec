// Help: the report for support, which can be asked for from everywhere, and newer versions.
import { asProblem, commands, type ThisVersion } from "../../ipc";
import { messages } from "../../lib/messages.svelte";

class Help {
  version = $state.raw<ThisVersion | null>(null);
  /** Whether the dialog of the report is open. */
  reporting = $state(false);

  async load(): Promise<void> {
    this.version ??= await commands.thisVersion().catch(() => null);
  }

  /** Says whether there is a newer version, and offers to install it. */
  async lookForUpdate(): Promise<void> {
    try {
      const newer = await commands.newerVersion();
      if (newer === null) {
        messages.say("ok", "This is the newest version.");
        return;
      }
      messages.say("ok", `Version ${newer} is there.`, {
        label: "Install and restart",
        run: () => void this.#install(),
      });
    } catch (thrown) {
      messages.problem(asProblem(thrown));
    }
  }

  async #install(): Promise<void> {
    messages.say("ok", "Fetching the new version. XPO Admin restarts by itself.");
    try {
      await commands.installNewerVersion();
    } catch (thrown) {
      messages.problem(asProblem(thrown));
    }
  }
}

export const help = new Help();
