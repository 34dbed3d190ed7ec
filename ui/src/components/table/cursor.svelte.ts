// The row that the keyboard is on, and what keys and presses do with rows.
import type { ShortcutName } from "../shortcuts";
import type { RowSelection } from "./row-selection";
import type { VirtualRows } from "./virtual.svelte";

interface Options<Row> {
  count: number;
  /** Has the focus while the keyboard is on a row. */
  scroller: HTMLElement | undefined;
  virtual: VirtualRows;
  rowAt: (index: number) => Row | undefined;
  selection: RowSelection | undefined;
  onopen: ((row: Row) => void) | undefined;
}

export class Cursor<Row> {
  /** The index of the row that the keyboard is on; -1 for none. */
  active = $state(-1);
  /** The id of a row's element, without its index. */
  readonly rowIds: string;
  readonly #options: () => Options<Row>;

  constructor(table: string, options: () => Options<Row>) {
    this.rowIds = `${table}-row-`;
    this.#options = options;
  }

  /** The row that the keyboard is on. */
  get row(): Row | undefined {
    return this.active < 0 ? undefined : this.#options().rowAt(this.active);
  }

  /** Starts at the first row on screen, unless it is on a row. */
  activate(): void {
    const { count, virtual } = this.#options();
    if (this.active < 0 && count > 0) this.active = virtual.firstWhole;
  }

  focus(): void {
    this.activate();
    this.#options().scroller?.focus();
  }

  go(index: number): void {
    const { count, virtual } = this.#options();
    if (count === 0) return;
    this.active = Math.min(count - 1, Math.max(0, index));
    virtual.scrollTo(this.active);
  }

  toTop(): void {
    const { count, virtual } = this.#options();
    this.active = count > 0 ? 0 : -1;
    virtual.scrollToTop();
  }

  /** Everything in a row but what can be pressed itself selects it, unless the press selected a text. */
  press(event: MouseEvent, index: number): void {
    this.active = index;
    const target = event.target as Element;
    const own = target.closest("a, button, input, select, label, summary") && !target.closest(".check");
    if (!own && window.getSelection()?.isCollapsed !== false) this.#select(index, event.shiftKey);
  }

  /** Opens the menu of a row at the pointer. */
  openMenuAt(event: MouseEvent, index: number): void {
    event.preventDefault();
    this.active = index;
    const detail = new DOMRect(event.clientX, event.clientY, 0, 0);
    this.#menuButton(index)?.dispatchEvent(new CustomEvent("openmenu", { detail }));
  }

  /** What the shortcuts do. */
  get actions(): Partial<Record<ShortcutName, () => void>> {
    const { count, selection, virtual } = this.#options();
    const move = (by: number) => this.go(this.active + by);
    const select = (range: boolean) => this.#select(this.active, range);
    const extend = (by: number) => {
      move(by);
      select(true);
    };
    return {
      next: () => move(1),
      previous: () => move(-1),
      nextPage: () => move(virtual.page),
      previousPage: () => move(-virtual.page),
      first: () => this.go(0),
      last: () => this.go(count - 1),
      open: () => this.#open(),
      select: () => (selection ? select(false) : this.#openMenu()),
      // Not every keyboard has a key for menus.
      rowMenu: () => this.#openMenu(),
      ...(selection && {
        selectRange: () => select(true),
        selectNext: () => extend(1),
        selectPrevious: () => extend(-1),
        selectAll: () => selection.state !== "all" && selection.toggleAll(),
      }),
    };
  }

  /** Opens the row that the keyboard is on, or its menu. */
  #open(): void {
    const { onopen } = this.#options();
    if (onopen && this.row) onopen(this.row);
    else this.#openMenu();
  }

  #openMenu(): void {
    this.#menuButton(this.active)?.click();
  }

  #menuButton(index: number): HTMLElement | null | undefined {
    return document.getElementById(`${this.rowIds}${index}`)?.querySelector<HTMLElement>("[data-row-menu]");
  }

  #select(index: number, range: boolean): void {
    const { rowAt, selection } = this.#options();
    if (!selection || index < 0 || !rowAt(index) || selection.locked(index)) return;
    if (range) selection.extend(index);
    else selection.toggle(index);
  }
}
