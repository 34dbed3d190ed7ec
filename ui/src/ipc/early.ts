// The answers that public/early.js asks for. An event that was sent before `listen` may have changed them since, so whoever shows
// one reads it again after the first paint.

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

/** The first screen is painted, or another partner is open. */
export const forgetEarly = () => delete window.earlyAnswers;
