// What a Palette shows.
import type { Icon } from "../icon";

export interface PaletteEntry {
  id: string;
  /** May be text of other people. */
  label: string;
  /** A second word beside it: where it is, an id. */
  note?: string | undefined;
  icon?: Icon | undefined;
  /** The keys that do the same elsewhere. */
  keys?: string | undefined;
  disabled?: boolean | undefined;
}

export interface PaletteGroup<E extends PaletteEntry> {
  title: string;
  entries: E[];
  /** Said below the last entry, such as that there are more. */
  more?: string | undefined;
}
