// The contents of a Palette.
import type { Icon } from "../icon";

export interface PaletteEntry {
  id: string;
  /** May be text that somebody else wrote. */
  label: string;
  /** A second text beside the label, such as an id. */
  note?: string | undefined;
  icon?: Icon | undefined;
  disabled?: boolean | undefined;
  /** Whether it is one of several that are picked; undefined where it cannot be. */
  picked?: boolean | undefined;
}

export interface PaletteGroup<E extends PaletteEntry> {
  title: string;
  entries: E[];
  /** A note below the last entry, such as that there are more. */
  more?: string | undefined;
}
