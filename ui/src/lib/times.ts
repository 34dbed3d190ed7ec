// Formats times for the system's region. Times are milliseconds since 1970, UTC.
import { dateLocale } from "../ipc";

const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(dateLocale, options);
const formats = () => ({
  clock: format({ timeStyle: "short" }),
  day: format({ day: "numeric", month: "short" }),
  year: format({ dateStyle: "medium" }),
  exact: format({ dateStyle: "medium", timeStyle: "short" }),
});
let made = formats();

/** Milliseconds after which the time zone is compared: a laptop may travel. Comparing costs as much as a format. */
const COMPARED = 60_000;
const zoneNow = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;
let zone = zoneNow();
let comparedAt = Date.now();

/** The formats for the time zone of the system, which they keep once they are made. */
function inZone() {
  const now = Date.now();
  if (Math.abs(now - comparedAt) < COMPARED) return made;
  comparedAt = now;
  if (zone !== zoneNow()) {
    zone = zoneNow();
    made = formats();
  }
  return made;
}

/** Whether a date can have this time. One that comes from outside may be out of range, and formats throw for it. */
const isTime = (at: number) => !Number.isNaN(new Date(at).getTime());

/** Milliseconds within which the time of day alone is unambiguous, also over midnight. */
const NEAR = 12 * 3_600_000;

/** Formats a time as briefly as is unambiguous: "14:05" today or within half a day, then "3 Mar", then "3 Mar 2025". */
export function formatShort(at: number, now = Date.now()): string {
  if (!isTime(at)) return "–";
  const [date, today] = [new Date(at), new Date(now)];
  const { clock, day, year } = inZone();
  if (Math.abs(at - now) < NEAR || date.toDateString() === today.toDateString()) return clock.format(at);
  return date.getFullYear() === today.getFullYear() ? day.format(at) : year.format(at);
}

/** Formats day and time. */
export const formatExact = (at: number) => (isTime(at) ? inZone().exact.format(at) : "–");

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** Returns text such as "2 hours ago". */
export function formatRelative(at: number, now = Date.now()): string {
  if (!isTime(at)) return "–";
  const seconds = (at - now) / 1_000;
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? [undefined, 1];
  return unit ? relative.format(Math.round(seconds / size), unit) : "just now";
}
