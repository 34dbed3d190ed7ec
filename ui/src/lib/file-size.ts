// Formats file sizes.
const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/** Returns text such as "1.2 MB". The bindings allow null, which JSON has in place of NaN. */
export function sizeOf(bytes: number | null): string {
  let [value, unit] = [bytes ?? 0, 0];
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const maximumFractionDigits = unit > 0 && value < 10 ? 1 : 0;
  return new Intl.NumberFormat(undefined, {
    style: "unit",
    unit: units[unit] ?? "byte",
    maximumFractionDigits,
  }).format(value);
}
