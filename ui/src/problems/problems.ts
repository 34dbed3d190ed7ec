// The texts of all problems: what happened, what to do, and whether anything is lost. Codes and texts come from Rust; nothing
// in the interface compares messages.
import type { Tone } from "../components/feedback/tone";
import { fill } from "../components/text/fill";
import { plain } from "../components/text/text";
import { problems, type Problem, type ProblemCode } from "../ipc";

/** The screen that shows the problem decides whether it can offer it. */
export type Remedy = "settings" | "mail" | "sign_in" | "popup" | "secret_storage" | "unlock" | "retry";

interface ProblemTexts {
  readonly severity: Tone;
  readonly title: string;
  /** A template in the table; `subject` is safe to show. */
  readonly text: string;
  readonly action: Remedy | null;
}

const table: Record<ProblemCode, ProblemTexts> = problems;

/** Returns the texts of a problem. Inside Settings, they neither send the admin there nor speak of requests that wait. */
export function textsOf(problem: Problem, inSettings = false): ProblemTexts {
  const texts = table[problem.code] ?? table.internal;
  const subject = problem.subject === null ? "" : plain(problem.subject);
  return { ...texts, text: fill(texts.text, { subject, settings: inSettings ? "yes" : "" }) };
}
