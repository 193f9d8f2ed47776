// Changes of the chosen columns.

import { idOf } from "../runs/columns";
import type { ColumnSpec } from "../runs/view";
import { NARROWEST } from "./layout";

type Columns = readonly ColumnSpec[];

/** Change one column. */
export function changed(columns: Columns, id: string, part: Partial<ColumnSpec>): Columns {
  return columns.map((column) => (idOf(column) === id ? { ...column, ...part } : column));
}

/** Give a column a width in pixels. */
export function resized(columns: Columns, id: string, width: number): Columns {
  return changed(columns, id, { width: Math.round(Math.min(2000, Math.max(NARROWEST, width))) });
}

/** Take a column away. */
export function removed(columns: Columns, id: string): Columns {
  return columns.filter((column) => idOf(column) !== id);
}

/** Pin a column behind the pinned ones, or let it go before the others. */
export function pinned(columns: Columns, id: string, isPinned: boolean): Columns {
  const column = columns.find((each) => idOf(each) === id);
  if (!column) return columns;
  const others = removed(columns, id);
  const fixed = others.filter((each) => each.isPinned);
  const free = others.filter((each) => !each.isPinned);
  return [...fixed, pinning(column, isPinned), ...free];
}

/** Put a column where another one is, among those that are pinned as it is. */
export function moved(columns: Columns, id: string, to: string): Columns {
  const from = columns.findIndex((column) => idOf(column) === id);
  const at = columns.findIndex((column) => idOf(column) === to);
  const column = columns[from];
  const target = columns[at];
  if (!column || !target || from === at) return columns;
  const rest = columns.filter((_, i) => i !== from);
  rest.splice(at, 0, pinning(column, Boolean(target.isPinned)));
  return rest;
}

/** Move a column one place to the left or the right. */
export function shifted(columns: Columns, id: string, by: 1 | -1): Columns {
  const column = columns.find((each) => idOf(each) === id);
  if (!column) return columns;
  const alike = columns.filter((each) => Boolean(each.isPinned) === Boolean(column.isPinned));
  const neighbour = alike[alike.indexOf(column) + by];
  return neighbour ? moved(columns, id, idOf(neighbour)) : columns;
}

/** Show what a metric's column shows of it: its last, smallest, largest or best value. */
export function aggregated(columns: Columns, id: string, aggregate: ColumnSpec["aggregate"]): Columns {
  return columns.flatMap((column) => {
    if (idOf(column) !== id) return [column];
    const now = { ...column };
    delete now.aggregate;
    if (aggregate && aggregate !== "latest") now.aggregate = aggregate;
    return columns.some((each) => each !== column && idOf(each) === idOf(now)) ? [column] : [now];
  });
}

function pinning(column: ColumnSpec, isPinned: boolean): ColumnSpec {
  const copy = { ...column };
  delete copy.isPinned;
  return isPinned ? { ...copy, isPinned } : copy;
}
