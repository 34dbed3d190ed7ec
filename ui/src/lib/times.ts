// Moments in the words of this computer's language. All of them are milliseconds since 1970, UTC.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const year = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Milliseconds within which the clock alone is clear, also over midnight. */
const NEAR = 12 * 3_600_000;

/** As short as it is clear: "14:05" today or within half a day, then "3 Mar", then "3 Mar 2025". */
export function shortly(at: number, now = Date.now()): string {
  const [then, today] = [new Date(at), new Date(now)];
  if (Math.abs(at - now) < NEAR || then.toDateString() === today.toDateString()) return clock.format(at);
  return then.getFullYear() === today.getFullYear() ? day.format(at) : year.format(at);
}

/** Day and time. */
export const exactly = (at: number) => exact.format(at);
