// The partner that is open.
import { plain } from "../../components/text/text";
import {
  asProblem,
  commands,
  earlyAnswer,
  forgetEarly,
  onChanged,
  type Problem,
  type Session,
} from "../../ipc";
import { messages } from "../../lib/messages.svelte";

class OpenPartner {
  #reads = 0;
  current = $state<Session | null>(null);
  /** Why the last partner could not be opened at startup. */
  startProblem = $state<Problem | null>(null);

  /** Opens the partner that was open last. Called once. */
  async start(): Promise<void> {
    try {
      this.current = await (earlyAnswer<Session | null>("session") ?? commands.session());
    } catch (thrown) {
      this.startProblem = asProblem(thrown);
    }
    onChanged(["settings", "partners"], () => void this.reread());
  }

  /** Sets the session that a command returned. */
  set(session: Session): void {
    forgetEarly();
    this.current = session;
    this.startProblem = null;
    if (session.setAside !== null) {
      messages.show(
        "wait",
        `The sign-ins encrypted with the passphrase you forgot are kept in “${plain(session.setAside)}”. To use them again, rename that file to secrets.age.`,
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
    const read = ++this.#reads;
    try {
      const next = await commands.session();
      // A later read may have ended before.
      if (read === this.#reads && this.current?.file === before) this.current = next;
    } catch (thrown) {
      console.error("failed to read the session", thrown);
    }
  }
}

export const session = new OpenPartner();
