// Short messages, which the Toaster shows.
import { isLasting, isSevere, type Message } from "../components/feedback/Toaster.svelte";
import type { Tone } from "../components/feedback/tone";
import type { Problem } from "../ipc";
import { textsOf } from "../problems/problems";

class Messages {
  /** Offers, the progress of long work, the newest other message, and before it an error or warning that it does not replace. */
  list = $state<Message[]>([]);
  #next = 1;

  /** Shows a message. Returns its id, with which it can be dismissed. */
  show(tone: Tone, text: string, action?: Message["action"]): number {
    const id = this.#next++;
    const duration = action || tone === "bad" || tone === "wait" ? 10_000 : 5_000;
    this.#push({ id, tone, text, duration, ...(action ? { action } : {}) });
    return id;
  }

  /** Offers an action until the message is dismissed, instead of an earlier offer with this text. Other messages cover it. */
  offer(text: string, action: NonNullable<Message["action"]>): void {
    const others = this.list.filter((shown) => shown.text !== text);
    this.list = [{ id: this.#next++, tone: "ok", text, action }, ...others];
  }

  #push(message: Message): void {
    const stays = (shown: Message) => isLasting(shown) || (isSevere(shown) && !isSevere(message));
    this.list = [...this.list.filter(stays), message];
  }

  /** Changes a message. Returns whether it is still shown. */
  update(id: number, tone: Tone, text: string): boolean {
    this.list = this.list.map((message) => (message.id === id ? { ...message, tone, text } : message));
    return this.list.some((message) => message.id === id);
  }

  /** Takes the button off a message. */
  endAction(id: number): void {
    this.list = this.list.map(({ action, ...rest }) =>
      rest.id === id || !action ? rest : { ...rest, action },
    );
  }

  /** Shows the progress of long work until it is dismissed. `shown` is the id of the message that it replaces. */
  progress(text: string, cancel: () => void, shown?: number): number {
    const id = shown ?? this.#next++;
    const message: Message = {
      id,
      tone: "wait",
      text,
      action: { label: "Cancel", run: cancel },
    };
    if (shown === undefined) this.#push(message);
    else this.list = this.list.map((other) => (other.id === id ? message : other));
    return id;
  }

  problem(problem: Problem, action?: Message["action"]): void {
    const { severity, title, text } = textsOf(problem);
    this.show(severity, `${title}. ${text}`, action);
  }

  /** Removes the message, for example because another partner is opened. Progress and offers stay, because they still apply. */
  clear(): void {
    this.list = this.list.filter(isLasting);
  }

  dismiss = (id: number): void => {
    this.list = this.list.filter((message) => message.id !== id);
  };
}

export const messages = new Messages();
