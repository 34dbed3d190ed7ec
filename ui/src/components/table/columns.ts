export interface Column {
  id: string;
  title: string;
  /** Pixels; with `grow` the least it may have. */
  width: number;
  /** Its share of the space that is left, until someone drags it to a width. */
  grow?: number;
  sortable?: boolean;
  align?: "start" | "end";
  /** Stays in sight at the right edge when the columns are wider than the window. */
  pinned?: boolean;
}

/** Widths someone chose, by column id. */
export type Widths = Record<string, number>;

export const MIN_WIDTH = 64;
export const MAX_WIDTH = 900;

/** The value of grid-template-columns. */
export function template(columns: readonly Column[], widths: Widths): string {
  return columns
    .map(({ id, width, grow }) => {
      const chosen = widths[id];
      if (chosen !== undefined) return `${chosen}px`;
      return grow ? `minmax(${width}px, ${grow}fr)` : `${width}px`;
    })
    .join(" ");
}

/** The least width of all columns together, in pixels. */
export function leastWidth(columns: readonly Column[], widths: Widths): number {
  return columns.reduce((sum, { id, width }) => sum + (widths[id] ?? width), 0);
}

export function clampWidth(width: number): number {
  return Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)));
}
