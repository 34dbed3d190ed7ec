import type { Icon } from "../icon";

/** A row of a drop-down menu. */
export type MenuEntry =
  | { kind: "action"; label: string; icon?: Icon; disabled?: boolean; onselect: () => void }
  | { kind: "check"; label: string; note?: string; checked: boolean; onselect: () => void }
  | { kind: "heading"; label: string }
  | { kind: "line" };

export const line: MenuEntry = { kind: "line" };

export const action = (
  label: string,
  icon: Icon | null,
  onselect: () => void,
  disabled = false,
): MenuEntry => ({
  kind: "action",
  label,
  ...(icon && { icon }),
  disabled,
  onselect,
});
