// Formats times for the system's language. Times are milliseconds since 1970, UTC.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const year = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Milliseconds within which the time of day alone is unambiguous, also over midnight. */
const NEAR = 12 * 3_600_000;

/** As short as is unambiguous: "14:05" today or within half a day, then "3 Mar", then "3 Mar 2025". */
export function shortly(at: number, now = Date.now()): string {
  const [date, today] = [new Date(at), new Date(now)];
  if (Math.abs(at - now) < NEAR || date.toDateString() === today.toDateString()) return clock.format(at);
  return date.getFullYear() === today.getFullYear() ? day.format(at) : year.format(at);
}

/** Day and time. */
export const exactly = (at: number) => exact.format(at);
