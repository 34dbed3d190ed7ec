// Short messages, which the Toaster shows.
import type { Message } from "../components/feedback/Toaster.svelte";
import type { Tone } from "../components/feedback/tone";
import type { Problem } from "../ipc";
import { textsOf } from "../problems/problems";

const DAY = 86_400_000;

class Messages {
  list = $state<Message[]>([]);
  #next = 1;

  /** Shows a message. Returns its id, with which it can be dismissed. */
  show(tone: Tone, text: string, action?: Message["action"]): number {
    const id = this.#next++;
    const duration = action ? 15_000 : tone === "bad" || tone === "wait" ? 12_000 : 5_000;
    const others = this.list.filter((message) => message.text !== text || message.tone !== tone);
    this.list = [...others.slice(-3), { id, tone, text, duration, ...(action ? { action } : {}) }];
    return id;
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
      duration: DAY,
      action: { label: "Cancel", run: cancel },
    };
    this.list =
      shown === undefined
        ? [...this.list.slice(-3), message]
        : this.list.map((other) => (other.id === id ? message : other));
    return id;
  }

  problem(problem: Problem, action?: Message["action"]): void {
    const { severity, title, text } = textsOf(problem);
    this.show(severity, `${title}. ${text}`, action);
  }

  dismiss = (id: number): void => {
    this.list = this.list.filter((message) => message.id !== id);
  };
}

export const messages = new Messages();
