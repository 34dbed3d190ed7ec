// Lists of names and ids that are pasted into a search field. The Rust side separates them: one per line.
import { folded } from "../components/text/text";
import type { Pasted } from "../ipc";

/** Whether a search text is a pasted list. */
export const isPasted = (search: string) => search.includes("\n");

/** Returns a test whether a name or id is one of the pasted terms. */
export function pastedTest(search: string): (text: string) => boolean {
  const terms = new Set(search.split("\n").map(folded));
  return (text) => terms.has(folded(text));
}

/** Returns which terms are none of `texts`; null where the search is no pasted list. */
export function reportPasted(search: string, texts: Iterable<string>): Pasted | null {
  if (!isPasted(search)) return null;
  const known = new Set([...texts].map(folded));
  const terms = search.split("\n");
  return { terms: terms.length, missing: terms.filter((term) => !known.has(folded(term))) };
}
