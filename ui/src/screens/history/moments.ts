// Dates that are typed: a calendar in the page is not there on every system. All in the computer's own time zone.

/** How a date is typed, and a moment. */
export const dayFormat = "YYYY-MM-DD";
export const momentFormat = "YYYY-MM-DD HH:MM";

/** Milliseconds since 1970 of the first moment of that day; null when it is none. */
export function dayOf(text: string): number | null {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/u.exec(text.trim());
  return match ? at(match.slice(1).map(Number)) : null;
}

/** As `dayOf`, for the day after it. */
export function dayAfter(day: number): number {
  const date = new Date(day);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}

/** Milliseconds since 1970 of "2026-03-01 14:05", or of the end of a day without a time; null when it is none. */
export function momentOf(text: string): number | null {
  const day = dayOf(text);
  if (day !== null) return dayAfter(day) - 1;
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})[ T]+(\d{1,2}):(\d{2})$/u.exec(text.trim());
  return match ? at(match.slice(1).map(Number)) : null;
}

const two = (value: number) => String(value).padStart(2, "0");

/** As `momentOf` reads it. */
export function momentText(moment: number): string {
  const date = new Date(moment);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

function at([year = 0, month = 0, day = 0, hour = 0, minute = 0]: number[]): number | null {
  const date = new Date(year, month - 1, day, hour, minute);
  // The 31st of February would be the 3rd of March.
  const same = date.getMonth() === month - 1 && date.getDate() === day && hour < 24 && minute < 60;
  return same && year >= 1970 ? date.getTime() : null;
}
