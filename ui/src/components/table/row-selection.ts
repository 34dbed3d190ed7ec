/** Which rows are selected, by index. */
export interface RowSelection {
  has: (index: number) => boolean;
  /** Which rows are highlighted; without it, the selected ones. */
  highlighted?: (index: number) => boolean;
  /** Why the checkbox of a row cannot be changed. */
  locked: (index: number) => string | undefined;
  toggle: (index: number) => void;
  /** Selects or deselects the range from the last toggled row to this one. */
  extend: (index: number) => void;
  /** Selects every row of the list, including those that are not on screen; deselects them when all are selected. */
  toggleAll: () => void;
  state: "none" | "some" | "all";
  /** The accessible name of a row's checkbox. */
  name: (index: number) => string;
}
