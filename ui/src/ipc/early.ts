// The answers to what public/early.js asks while the code of the page is loading. Nothing listens for changes yet, so the
// session and the counts are read again after the first paint.

declare global {
  interface Window {
    earlyAnswers?: Map<string, Promise<unknown>>;
  }
}

/** Takes the early answer to `question`, if there is one. */
export function earlyAnswer<T>(question: string): Promise<T> | undefined {
  const answer = window.earlyAnswers?.get(question) as Promise<T> | undefined;
  window.earlyAnswers?.delete(question);
  return answer;
}

/** Returns `read`, except that the first call takes the early answer, unless no partner was open yet. */
export const early =
  <T>(question: string, read: () => Promise<T>): (() => Promise<T>) =>
  () =>
    earlyAnswer<T>(question)?.catch(read) ?? read();

/** Call it once the first screen is painted or another partner is open: the answers are too old then. */
export const forgetEarly = () => delete window.earlyAnswers;
