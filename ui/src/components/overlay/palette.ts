import type { Icon } from "../icon";

export interface PaletteEntry {
  id: string;
  /** May be a text of other people. */
  label: string;
  /** A text beside it: where it is, an id. */
  note?: string | undefined;
  icon?: Icon | undefined;
  /** The keyboard shortcut that does the same. */
  keys?: string | undefined;
  disabled?: boolean | undefined;
}

export interface PaletteGroup<E extends PaletteEntry> {
  title: string;
  entries: E[];
  /** A text below the last entry, such as that there are more. */
  more?: string | undefined;
}
