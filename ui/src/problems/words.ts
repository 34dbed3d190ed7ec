// What the text of a problem consists of.
import type { Tone } from "../components/feedback/tone";

/** The remedy. The screen that shows the problem decides whether it can offer it. */
export type Remedy = "settings" | "mail" | "sign_in" | "popup" | "secret_storage" | "unlock" | "retry";

export interface Words {
  /** "bad" unless given. */
  severity?: Tone;
  title: string;
  /** `subject` is safe to show; null if the problem has none. */
  text: string | ((subject: string | null) => string);
  action?: Remedy;
}

export const quoted = (subject: string | null, otherwise: string) => (subject ? `“${subject}”` : otherwise);
