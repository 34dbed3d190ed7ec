// Help: the report for support, which can be saved from every screen, and updates.
import { asProblem, commands, type ThisVersion } from "../../ipc";
import { messages } from "../../lib/messages.svelte";

class Help {
  version = $state.raw<ThisVersion | null>(null);
  /** Whether the dialog for the report is open. */
  reporting = $state(false);

  async load(): Promise<void> {
    this.version ??= await commands.thisVersion().catch(() => null);
  }

  /** Says whether there is an update, and offers to install it. */
  async checkForUpdate(): Promise<void> {
    try {
      const newer = await commands.newerVersion();
      if (newer === null) {
        messages.show("ok", "You have the latest version.");
        return;
      }
      messages.show("ok", `Version ${newer} is available.`, {
        label: "Install and restart",
        run: () => void this.#install(),
      });
    } catch (thrown) {
      messages.problem(asProblem(thrown));
    }
  }

  async #install(): Promise<void> {
    messages.show("ok", "Downloading the update. XPO Admin will restart.");
    try {
      await commands.installNewerVersion();
    } catch (thrown) {
      messages.problem(asProblem(thrown));
    }
  }
}

export const help = new Help();
