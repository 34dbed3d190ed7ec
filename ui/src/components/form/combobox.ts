import { folded } from "../text/text";

/** A choice of a Combobox. */
export interface Option {
  id: string;
  name: string;
  /** A second word beside the name: an id, a state, why it cannot be chosen. */
  note?: string | undefined;
  disabled?: boolean | undefined;
}

/** The options that have every word of `text` in their name, id or note. */
export function matching(options: readonly Option[], text: string): readonly Option[] {
  const words = folded(text).split(/\s+/u).filter(Boolean);
  if (words.length === 0) return options;
  return options.filter(({ id, name, note }) => {
    const all = folded(`${name} ${id} ${note ?? ""}`);
    return words.every((word) => all.includes(word));
  });
}
