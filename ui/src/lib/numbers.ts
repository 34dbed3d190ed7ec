// Formats numbers for the system's language.
const numbers = new Intl.NumberFormat();
export const number = (value: number) => numbers.format(value);

/** Returns text such as "1 row", "2 rows". */
export const counted = (count: number, one: string, many = `${one}s`) =>
  `${number(count)} ${count === 1 ? one : many}`;
