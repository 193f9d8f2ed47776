// Orders of the table, as clauses that the server understands.

import { endOf } from "./columns";
import { nameOf } from "./names";
import type { ColumnSpec } from "./view";

export type Direction = "ASC" | "DESC";

const UNSORTED = new Set(["duration", "dataset"]); // the server has no order for them
const SUFFIXES = { latest: "", minimum: ".min", maximum: ".max" } as const;

/** Return the name a column is sorted by; nothing where it cannot be. */
export function sortKey(column: ColumnSpec): string | undefined {
  if (column.kind === "attribute") {
    if (UNSORTED.has(column.key)) return undefined;
    if (column.key === "source") return nameOf("tag", "mlflow.source.name");
    if (column.key === "version") return nameOf("tag", "mlflow.source.git.commit");
  }
  return nameOf(column.kind, column.key) + (column.kind === "metric" ? SUFFIXES[endOf(column)] : "");
}

/** Return how a column is sorted now: which way, and which of several keys it is from 1. */
export function sortOf(
  column: ColumnSpec,
  orderBy: readonly string[],
): { direction: Direction; rank: number } | undefined {
  const key = sortKey(column);
  const index = orderBy.findIndex((clause) => parts(clause).key === key);
  const clause = orderBy[index];
  return key === undefined || clause === undefined
    ? undefined
    : { direction: parts(clause).direction, rank: index + 1 };
}

/** Return the order that sorts a column; with `isMore` behind the keys there are. */
export function sortBy(
  column: ColumnSpec,
  direction: Direction | undefined,
  orderBy: readonly string[],
  isMore = false,
): readonly string[] {
  const key = sortKey(column);
  if (key === undefined) return orderBy;
  const clause = direction && `${key} ${direction}`;
  if (!isMore) return clause ? [clause] : [];
  const index = orderBy.findIndex((each) => parts(each).key === key);
  if (index < 0) return clause ? [...orderBy, clause] : orderBy;
  return orderBy.flatMap((each, i) => (i === index ? (clause ?? []) : each));
}

/** Return the order after a click on a column's head: one way, the other, and none. */
export function nextSort(column: ColumnSpec, orderBy: readonly string[], isMore = false): readonly string[] {
  const now = sortOf(column, orderBy)?.direction;
  const first = firstDirection(column);
  const next = now === undefined ? first : now === first ? opposite(first) : undefined;
  return sortBy(column, next, orderBy, isMore);
}

function firstDirection(column: ColumnSpec): Direction {
  if (column.kind === "metric") return endOf({ ...column, aggregate: "best" }) === "minimum" ? "ASC" : "DESC";
  return column.key.endsWith("_time") ? "DESC" : "ASC";
}

function opposite(direction: Direction): Direction {
  return direction === "ASC" ? "DESC" : "ASC";
}

function parts(clause: string): { key: string; direction: Direction } {
  const match = /^(.*?)\s+(asc|desc)$/is.exec(clause.trim());
  if (!match) return { key: clause.trim(), direction: "ASC" };
  return { key: match[1] ?? "", direction: match[2]?.toUpperCase() === "DESC" ? "DESC" : "ASC" };
}
