// Which partner is open, and why not.
import { plain } from "../../components/text/text";
import { asProblem, commands, onChanged, type Problem, type Session } from "../../ipc";
import { messages } from "../../lib/messages.svelte";

class OpenPartner {
  /** null: none is open. */
  current = $state<Session | null>(null);
  /** Why the last partner could not be opened at the start. */
  startProblem = $state<Problem | null>(null);
  started = $state(false);

  /** Opens what was open last. To be called once. */
  async start(): Promise<void> {
    try {
      this.current = await commands.session();
    } catch (thrown) {
      this.startProblem = asProblem(thrown);
    }
    this.started = true;
    onChanged(["settings", "partners"], () => void this.reread());
  }

  /** Takes over what a command answered. */
  set(session: Session): void {
    this.current = session;
    this.startProblem = null;
    if (session.setAside !== null) {
      messages.say(
        "wait",
        `The sign-ins sealed with the passphrase you forgot are kept in “${plain(session.setAside)}”. To use them again, rename that file to keys.age.`,
      );
    }
  }

  async close(): Promise<void> {
    await commands.closePartner();
    this.current = null;
  }

  async reread(): Promise<void> {
    if (!this.current) return;
    const before = this.current.file;
    try {
      const now = await commands.session();
      if (now && this.current?.file === before) this.current = now;
    } catch (thrown) {
      console.error("the session could not be read", thrown);
    }
  }
}

export const session = new OpenPartner();
