// Where keys move the cursor of the table.

/** A cell: the row from 0, or -1 for the heads; the column from 1. */
export interface Cursor {
  row: number;
  column: number;
}

export interface Extent {
  rows: number;
  columns: number;
  /** Rows in sight. */
  page: number;
}

/** Return where a key leads; nothing for keys that do not move. */
export function moveCursor(
  key: string,
  isFar: boolean,
  { row, column }: Cursor,
  { rows, columns, page }: Extent,
): Cursor | undefined {
  const to = (nextRow: number, nextColumn: number): Cursor => ({
    row: Math.max(-1, Math.min(rows - 1, nextRow)),
    column: Math.max(1, Math.min(columns, nextColumn)),
  });
  switch (key) {
    case "ArrowDown":
      return to(isFar ? rows - 1 : row + 1, column);
    case "ArrowUp":
      return to(isFar ? -1 : row - 1, column);
    case "ArrowRight":
      return to(row, isFar ? columns : column + 1);
    case "ArrowLeft":
      return to(row, isFar ? 1 : column - 1);
    case "PageDown":
      return to(row + page, column);
    case "PageUp":
      return to(Math.max(0, row - page), column);
    case "Home":
      return to(isFar ? 0 : row, 1);
    case "End":
      return to(isFar ? rows - 1 : row, columns);
    default:
      return undefined;
  }
}
