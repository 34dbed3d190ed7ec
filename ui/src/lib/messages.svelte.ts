// Short messages, which the Toaster shows.
import type { Message } from "../components/feedback/Toaster.svelte";
import type { Tone } from "../components/feedback/tone";
import type { Problem } from "../ipc";
import { textsOf } from "../problems/problems";

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

  problem(problem: Problem, action?: Message["action"]): void {
    const { severity, title, text } = textsOf(problem);
    this.show(severity, `${title}. ${text}`, action);
  }

  dismiss = (id: number): void => {
    this.list = this.list.filter((message) => message.id !== id);
  };
}

export const messages = new Messages();
