// Help: the report for support, which can be saved from every screen, and updates.
import { asProblem, commands, type ThisVersion } from "../../ipc";
import { messages } from "../../lib/messages.svelte";
import { firstPaint } from "./first-paint";
import { leaveAll, leavingAsks } from "./router.svelte";

class Help {
  version = $state.raw<ThisVersion | null>(null);
  /** Whether the dialog for the report is open. */
  reporting = $state(false);
  /** Whether the keyboard shortcuts are listed. */
  listing = $state(false);

  async load(): Promise<void> {
    await firstPaint;
    this.version ??= await commands.thisVersion().catch(() => null);
  }

  /** Says whether there is a newer version, and offers it. */
  async checkForUpdate(): Promise<void> {
    try {
      if (!(await this.#offerNewer())) this.#sayLatest();
    } catch (thrown) {
      messages.problem(asProblem(thrown));
    }
  }

  /** Offers a newer version at the start. A failed check is not reported, because the admin did not ask. */
  async announceUpdate(): Promise<void> {
    await this.load();
    if (this.version?.updates) await this.#offerNewer().catch(() => false);
  }

  async #offerNewer(): Promise<boolean> {
    const newer = await commands.newerVersion();
    if (newer === null) return false;
    const install = this.version?.updates === "install";
    messages.show("ok", `Version ${newer} is available.`, {
      label: install ? "Install and restart" : "Open download page",
      run: () => void (install ? this.#download() : this.#install()),
    });
    return true;
  }

  async #download(): Promise<void> {
    const downloading = messages.show(
      "ok",
      "Downloading the update. XPO Admin then restarts, and asks first if you have unsaved changes.",
    );
    try {
      const downloaded = await commands.downloadNewerVersion();
      messages.dismiss(downloading);
      if (!downloaded) {
        this.#sayLatest();
        return;
      }
      const restart = () => leaveAll(() => void this.#install());
      // A question that appears by itself would take the next key, which the admin meant for other work.
      if (leavingAsks()) messages.offer("The update is downloaded.", { label: "Restart now", run: restart });
      else restart();
    } catch (thrown) {
      messages.problem(asProblem(thrown));
    }
  }

  #sayLatest(): void {
    messages.show("ok", "You have the latest version.");
  }

  async #install(): Promise<void> {
    try {
      await commands.installNewerVersion();
    } catch (thrown) {
      messages.problem(asProblem(thrown));
    }
  }
}

export const help = new Help();
