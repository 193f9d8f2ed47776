// Values as tables: JSON in the forms that pandas writes, and the order of the rows of any table.

/** A field of a table. */
export type Cell = unknown;

/** A table as it is shown. */
export interface Frame {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

/** An image that a row of a logged table names. */
export interface CellImage {
  type: "image";
  filepath: string;
  compressed_filepath?: string;
}

/** Return the table that a value is, if it is one: pandas's `split` form, or a list of objects. */
export function frameOf(value: unknown): Frame | undefined {
  if (Array.isArray(value)) return value.length && value.every(isObject) ? fromRecords(value) : undefined;
  if (!isObject(value)) return undefined;
  const { columns, data } = value;
  if (!Array.isArray(columns) || !Array.isArray(data) || !data.every(Array.isArray)) return undefined;
  return { columns: columns.map((name) => (typeof name === "string" ? name : JSON.stringify(name))), rows: data };
}

function fromRecords(records: readonly Record<string, unknown>[]): Frame {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return { columns, rows: records.map((record) => columns.map((name) => record[name])) };
}

/** Return the text of a field; of what is missing, nothing. */
export function cellText(cell: Cell): string {
  if (cell === undefined || cell === null) return "";
  if (typeof cell === "string") return cell;
  return typeof cell === "bigint" ? cell.toString() : JSON.stringify(cell);
}

/** Return the number that a field is or reads as; `NaN` for what is none. */
export function cellNumber(cell: Cell): number {
  if (typeof cell === "number") return cell;
  if (typeof cell === "bigint") return Number(cell);
  if (typeof cell !== "string" || cell.trim() === "") return NaN;
  const word = { inf: Infinity, "+inf": Infinity, "-inf": -Infinity }[cell.trim().toLowerCase()];
  return word ?? Number(cell);
}

/** Say whether a column holds numbers: every field that is not missing is one, or says that it is none (`nan`). */
export function isNumeric(frame: Frame, column: number): boolean {
  let isAny = false;
  for (const row of frame.rows) {
    const cell = row[column];
    if (isMissing(cell)) continue;
    if (Number.isNaN(cellNumber(cell))) return false;
    isAny = true;
  }
  return isAny;
}

/** Return the image that a field stands for, if it does. */
export function cellImage(cell: Cell): CellImage | undefined {
  return isObject(cell) && cell["type"] === "image" && typeof cell["filepath"] === "string"
    ? (cell as unknown as CellImage)
    : undefined;
}

/** Return the places of the rows in the order of a column; what is missing comes last either way. */
export function sortedBy(frame: Frame, column: number, isDescending: boolean): Uint32Array {
  const order = Uint32Array.from(frame.rows, (_, i) => i);
  const sign = isDescending ? -1 : 1;
  const missing = frame.rows.map((row) => isMissing(row[column]));
  let compare: (a: number, b: number) => number;
  if (isNumeric(frame, column)) {
    const numbers = Float64Array.from(frame.rows, (row) => cellNumber(row[column]));
    compare = (a, b) => Math.sign((numbers[a] ?? 0) - (numbers[b] ?? 0)) || 0;
  } else {
    const texts = frame.rows.map((row) => cellText(row[column]));
    compare = (a, b) => {
      const [left = "", right = ""] = [texts[a], texts[b]];
      return left < right ? -1 : left > right ? 1 : 0;
    };
  }
  return order.sort((a, b) => {
    if (missing[a] || missing[b]) return Number(missing[a]) - Number(missing[b]) || a - b;
    return sign * compare(a, b) || a - b;
  });
}

function isMissing(cell: Cell): boolean {
  return cell === undefined || cell === null || cell === "" || (typeof cell === "string" && /^nan$/i.test(cell.trim()));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
