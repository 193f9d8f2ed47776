// Where columns stand, and which of them are in sight.

import { idOf } from "../runs/columns";
import type { ColumnSpec } from "../runs/view";

/** The height of a row in pixels; `table.css` has it too. */
export const ROW = 28;
/** The width of what stands before all columns: the tick and the eye. */
export const LEAD = 56;
export const NARROWEST = 48;
/** Columns beyond the edges that are there already when they are scrolled to, in pixels. */
const MARGIN = 200;

/** A column where it stands. */
export interface PlacedColumn {
  id: string;
  spec: ColumnSpec;
  /** Its number in the table, from 1; the lead is 1. */
  index: number;
  /** Its distance from the left edge of the table. */
  left: number;
  width: number;
}

/** Where all columns stand: the pinned ones first. */
export interface Layout {
  pinned: readonly PlacedColumn[];
  free: readonly PlacedColumn[];
  /** Where the free ones begin. */
  pinnedWidth: number;
  width: number;
}

/** The free columns in sight. */
export interface Sight {
  columns: readonly PlacedColumn[];
  /** How much room the ones before them take. */
  before: number;
}

const WIDTHS: Readonly<Record<string, number>> = {
  run_name: 220,
  start_time: 124,
  end_time: 124,
  duration: 106,
  status: 104,
  user_id: 92,
  dataset: 130,
  source: 130,
  version: 92,
  run_id: 250,
};

/** Return the width of a column in pixels. */
export function widthOf(column: ColumnSpec): number {
  if (column.width !== undefined) return column.width;
  if (column.kind === "attribute") return WIDTHS[column.key] ?? 120;
  const most = column.kind === "metric" ? 150 : 180;
  return Math.min(most, Math.max(92, column.key.length * 7.5 + 34));
}

/** Return where columns stand. */
export function layoutOf(columns: readonly ColumnSpec[]): Layout {
  const ordered = [...columns.filter((column) => column.isPinned), ...columns.filter((column) => !column.isPinned)];
  let left = LEAD;
  const placed = ordered.map((spec, i) => {
    const column = { id: idOf(spec), spec, index: i + 2, left, width: widthOf(spec) };
    left += column.width;
    return column;
  });
  const count = columns.filter((column) => column.isPinned).length;
  const pinned = placed.slice(0, count);
  const pinnedWidth = pinned.reduce((sum, column) => sum + column.width, LEAD);
  return { pinned, free: placed.slice(count), pinnedWidth, width: left };
}

/** Return the free columns that are in sight, and a few more. */
export function inSight(layout: Layout, scrollLeft: number, viewWidth: number): Sight {
  const from = scrollLeft + layout.pinnedWidth - MARGIN;
  const to = scrollLeft + viewWidth + MARGIN;
  const columns = layout.free.filter(({ left, width }) => left + width > from && left < to);
  return { columns, before: (columns[0]?.left ?? layout.pinnedWidth) - layout.pinnedWidth };
}

/** Return the rows that are in sight, as places from the first to behind the last. */
export function rowsInSight(scrollTop: number, viewHeight: number, count: number): { from: number; to: number } {
  const from = Math.min(Math.floor(scrollTop / ROW), Math.max(0, count - 1));
  return { from, to: Math.min(count, from + Math.ceil(viewHeight / ROW) + 1) };
}
