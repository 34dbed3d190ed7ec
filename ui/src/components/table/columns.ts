import type { Snippet } from "svelte";

/** What a cell shows: one line of text, or a snippet with its argument. */
export type CellContent = string | RenderedSnippet;

export interface RenderedSnippet {
  snippet: Snippet<[never]>;
  argument: unknown;
}

/** Returns a cell that is drawn by `snippet`. */
export const render = <Argument>(snippet: Snippet<[Argument]>, argument: Argument): RenderedSnippet => ({
  snippet: snippet as Snippet<[never]>,
  argument,
});

/** A column of a table. `Sort` are the orders that the list knows. */
export interface ColumnDef<Row, Sort extends string = string> {
  id: string;
  title: string;
  /** Pixels; with `grow`, the minimum. */
  width: number;
  /** Its share of the free space, until someone drags it to a width. */
  grow?: number;
  /** The order that the column's header asks for. */
  sort?: Sort;
  align?: "start" | "end";
  /** Stays visible at the right edge when the columns are wider than the window. */
  pinned?: boolean;
  /** Its content is the row's name, which opens the row: in all rows, or in those for which the function is true. */
  link?: boolean | ((row: Row) => boolean);
  /** Whether it is shown: always, until someone hides it (the default), or once someone chooses it. */
  visibility?: "always" | "shown" | "hidden";
  /** Hidden while the columns don't fit, the highest number first. */
  spare?: number;
  cell: (row: Row) => CellContent;
}

/** Whether the column's content opens this row. */
export const isLink = <Row>({ link }: ColumnDef<Row>, row: Row): boolean =>
  typeof link === "function" ? link(row) : link === true;

/** Returns the column, always shown. */
export const always = <Column extends object>(column: Column) => ({
  ...column,
  visibility: "always" as const,
});

/** Returns the column, hidden until someone chooses it. */
export const hidden = <Column extends object>(column: Column) => ({
  ...column,
  visibility: "hidden" as const,
});

/** Widths that someone chose, by column id. */
export type Widths = Record<string, number>;

type Sized = Pick<ColumnDef<never>, "id" | "width" | "grow" | "spare">;

export const MIN_WIDTH = 64;
export const MAX_WIDTH = 900;

/** Returns the value of grid-template-columns. */
export function template(columns: readonly Sized[], widths: Widths): string {
  return columns
    .map(({ id, width, grow }) => {
      const chosen = widths[id];
      if (chosen !== undefined) return `${chosen}px`;
      return grow ? `minmax(${width}px, ${grow}fr)` : `${width}px`;
    })
    .join(" ");
}

/** Returns the minimum width of all columns together, in pixels. */
export function minWidth(columns: readonly Sized[], widths: Widths): number {
  return columns.reduce((sum, { id, width }) => sum + (widths[id] ?? width), 0);
}

/** Returns the columns without the spare ones that don't fit into `room` pixels. */
export function fitting<Column extends Sized>(
  columns: readonly Column[],
  widths: Widths,
  room: number,
): readonly Column[] {
  if (minWidth(columns, widths) <= room) return columns;
  const most = Math.max(...columns.map(({ spare = 0 }) => spare));
  return most > 0
    ? fitting(
        columns.filter(({ spare }) => spare !== most),
        widths,
        room,
      )
    : columns;
}

export function clampWidth(width: number): number {
  return Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)));
}
