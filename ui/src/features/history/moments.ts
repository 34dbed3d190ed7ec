// Dates that are typed, since not every system has a date picker. All are in the time zone of this computer.

export const dayFormat = "YYYY-MM-DD";
export const momentFormat = "YYYY-MM-DD HH:MM";

/** Returns the start of a day in milliseconds since 1970, or null if the text is not a date. */
export function dayOf(text: string): number | null {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/u.exec(text.trim());
  return match ? at(match.slice(1).map(Number)) : null;
}

/** Formats the day of a time so that `dayOf` can read it. */
export const dayText = (moment: number): string => momentText(moment).slice(0, dayFormat.length);

/** Returns the start of the next day. */
export function dayAfter(day: number): number {
  const date = new Date(day);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}

/**
 * Parses "2026-03-01 14:05" into milliseconds since 1970; without a time, the end of the day. Returns null for other
 * text.
 */
export function momentOf(text: string): number | null {
  const day = dayOf(text);
  if (day !== null) return dayAfter(day) - 1;
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})[ T]+(\d{1,2}):(\d{2})$/u.exec(text.trim());
  return match ? at(match.slice(1).map(Number)) : null;
}

const two = (value: number) => String(value).padStart(2, "0");

/** Formats a time so that `momentOf` can read it. */
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
