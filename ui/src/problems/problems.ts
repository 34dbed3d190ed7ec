// The texts of all problems: what happened, what to do, and whether anything is lost. The codes come from Rust; nothing
// in the interface compares messages.
import type { Tone } from "../components/feedback/tone";
import { plain } from "../components/text/text";
import type { Problem, ProblemCode } from "../ipc";
import { appWords } from "./app-words";
import { fileWords } from "./file-words";
import { mailWords } from "./mail-words";
import { tiktokWords } from "./tiktok-words";
import type { Remedy, Words } from "./words";

export type { Remedy };

const words: Record<ProblemCode, Words> = { ...fileWords, ...tiktokWords, ...mailWords, ...appWords };

export interface ProblemTexts {
  severity: Tone;
  title: string;
  text: string;
  action: Remedy | undefined;
}

/** Returns the texts of a problem. */
export function textsOf(problem: Problem): ProblemTexts {
  const { severity = "bad", title, text, action } = words[problem.code] ?? words.internal;
  const subject = problem.subject === null ? null : plain(problem.subject);
  return { severity, title, text: typeof text === "string" ? text : text(subject), action };
}

export const problemCodes = Object.keys(words) as ProblemCode[];
