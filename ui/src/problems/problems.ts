// The texts of all problems: what happened, what to do, and whether anything is lost. Codes and texts come from Rust; nothing
// in the interface compares messages.
import type { Tone } from "../components/feedback/tone";
import { fill } from "../components/text/fill";
import { plain } from "../components/text/text";
import { problems, type Problem, type ProblemCode } from "../ipc";

/** The screen that shows the problem decides whether it can offer it. */
export type Remedy = "settings" | "mail" | "sign_in" | "popup" | "secret_storage" | "unlock" | "retry";

interface Words {
  readonly severity: Tone;
  readonly title: string;
  /** A template; `subject` is safe to show. */
  readonly text: string;
  readonly action: Remedy | null;
}

const words: Record<ProblemCode, Words> = problems;

export interface ProblemTexts {
  severity: Tone;
  title: string;
  text: string;
  action: Remedy | undefined;
}

/** Returns the texts of a problem. */
export function textsOf(problem: Problem): ProblemTexts {
  const { severity, title, text, action } = words[problem.code] ?? words.internal;
  const subject = problem.subject === null ? "" : plain(problem.subject);
  return { severity, title, text: fill(text, { subject }), action: action ?? undefined };
}

export const problemCodes = Object.keys(words) as ProblemCode[];
