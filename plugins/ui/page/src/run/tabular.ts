// Rows as text that spreadsheets take from the clipboard.

/** Return rows below the labels of their columns, separated by tabs. */
export function toText<R>(columns: readonly { label: string; text: (row: R) => string }[], rows: readonly R[]): string {
  const lines = [columns.map(({ label }) => label), ...rows.map((row) => columns.map((column) => column.text(row)))];
  return lines.map((cells) => cells.map(quoted).join("\t")).join("\n");
}

function quoted(cell: string): string {
  return /[\t\n\r"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
