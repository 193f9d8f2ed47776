// Finding and sorting the rows of a table that is in memory, a page at a time.

/** What rows are sorted by; `null` where a row has nothing. */
export type SortValue = string | number | null;

/** What a table shows of its rows. */
export interface TableState {
  search: string;
  /** The id of a column; empty leaves the rows in their order. */
  sort: string;
  isDescending: boolean;
  page: number;
}

export const FIRST_STATE: TableState = { search: "", sort: "", isDescending: false, page: 0 };

export interface Found<R> {
  /** All rows that fit, in order. */
  matches: readonly R[];
  /** Those of the page. */
  shown: readonly R[];
  page: number;
  pages: number;
}

const collator = new Intl.Collator("en", { numeric: true });

/**
 * Return what a table shows.
 *
 * @param text What is searched of a row; every word has to be in it, in any case.
 * @param value What a row is sorted by, if it is sorted.
 * @param perPage How many rows a page has.
 */
export function find<R>(
  rows: readonly R[],
  state: TableState,
  { text, value, perPage }: { text: (row: R) => string; value: ((row: R) => SortValue) | undefined; perPage: number },
): Found<R> {
  const words = state.search.toLowerCase().split(/\s+/).filter(Boolean);
  let matches = rows;
  if (words.length > 0) {
    matches = rows.filter((row) => {
      const searched = text(row).toLowerCase();
      return words.every((word) => searched.includes(word));
    });
  }
  if (value) matches = sorted(matches, value, state.isDescending);
  const pages = Math.max(1, Math.ceil(matches.length / perPage));
  const page = Math.min(state.page, pages - 1);
  return { matches, shown: matches.slice(page * perPage, (page + 1) * perPage), page, pages };
}

/** Return rows in order. NaN stands behind all numbers and nothing behind everything, in both directions. */
function sorted<R>(rows: readonly R[], value: (row: R) => SortValue, isDescending: boolean): R[] {
  const keyed = rows.map((row) => ({ row, value: value(row) }));
  keyed.sort((a, b) => rank(a.value) - rank(b.value) || (isDescending ? -1 : 1) * compare(a.value, b.value));
  return keyed.map(({ row }) => row);
}

function rank(value: SortValue): number {
  if (value === null) return 2;
  return Number.isNaN(value) ? 1 : 0;
}

function compare(a: SortValue, b: SortValue): number {
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : Number(a > b);
  if (typeof a === "string" && typeof b === "string") return collator.compare(a, b);
  return typeof a === "number" ? -1 : 1; // numbers before words
}

/** Return a param's value as what it is sorted by: a number if it is one. */
export function sortable(text: string): SortValue {
  if (text.trim() === "") return null;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

/** Return what a table shows after a click on the head of a column: up, down, and then as it was. */
export function sortedBy(state: TableState, column: string): TableState {
  if (state.sort !== column) return { ...state, sort: column, isDescending: false, page: 0 };
  if (!state.isDescending) return { ...state, isDescending: true, page: 0 };
  return { ...state, sort: "", isDescending: false, page: 0 };
}

/** Return what has keys in the order that people look for them: `layer.9` before `layer.10`. */
export function inOrder<T extends { key: string }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => collator.compare(a.key, b.key));
}
