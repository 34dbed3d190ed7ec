// What the page has elements for: the rows on screen, and spare rows whose elements are hidden until another row needs one.
// As long as nothing changes about a row it stays the same object, and is not drawn again.
import type { CellContent, ColumnDef } from "./columns";
import { Slots } from "./slots";

export interface DrawnRow<Row> {
  index: number;
  slot: number;
  /** Undefined while it is loading. */
  row: Row | undefined;
  /** It is hidden, and keeps its last row until it is needed again. */
  spare: boolean;
}

export class DrawnRows<Row> {
  #slots = new Slots();
  #last: DrawnRow<Row>[] = [];
  /** What each cell showed last, by slot and column. */
  #contents = new Map<string, CellContent>();

  /** Returns the rows at `indexes`, then the spare ones. For `held`, see `Slots`. */
  draw(
    indexes: readonly number[],
    { keyAt, rowAt }: { keyAt: (index: number) => string; rowAt: (index: number) => Row | undefined },
    held: () => ReadonlySet<number>,
  ): readonly DrawnRow<Row>[] {
    const before = new Map(this.#last.map((drawn) => [drawn.slot, drawn]));
    const unlessSame = (drawn: DrawnRow<Row>): DrawnRow<Row> => {
      const same = before.get(drawn.slot);
      return same?.index === drawn.index && same.row === drawn.row && same.spare === drawn.spare
        ? same
        : drawn;
    };
    const assigned = this.#slots.assign(indexes.map(keyAt), held);
    const rows = indexes.map((index, position) =>
      unlessSame({ index, slot: assigned[position] ?? -1, row: rowAt(index), spare: false }),
    );
    const spare = this.#slots.spare.map((slot) => {
      const { index = -1, row } = before.get(slot) ?? {};
      return unlessSame({ index, slot, row, spare: true });
    });
    this.#last = [...rows, ...spare];
    return this.#last;
  }

  /** Returns what a cell shows. In a spare row, this is what it showed last, whatever changes. */
  contentOf(slot: number, column: ColumnDef<Row>, row: Row, spare: boolean): CellContent {
    const cell = `${slot} ${column.id}`;
    if (!spare) this.#contents.set(cell, column.cell(row));
    return this.#contents.get(cell) ?? "";
  }
}
