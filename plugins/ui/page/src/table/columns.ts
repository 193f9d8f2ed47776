// What heads of columns do.

import { goalOf } from "../runs/columns";
import { nextSort, sortBy, sortKey, sortOf } from "../runs/sorting";
import type { RunsStore } from "../runs/store";
import type { Aggregate, ColumnSpec } from "../runs/view";
import type { MenuItem } from "../parts/menu";
import { table } from "../text/table";
import { aggregated, changed, pinned, removed, resized, shifted } from "./edit";
import { type PlacedColumn, widthOf } from "./layout";

const AGGREGATES: readonly Aggregate[] = ["latest", "best", "minimum", "maximum"];
const WIDER = 24;

/** Return what a column is called. */
export function labelOf(column: ColumnSpec): string {
  return column.kind === "attribute" ? (table.attributes[column.key] ?? column.key) : column.key;
}

/** Change the columns that are shown; from now on they are chosen ones. */
export function edit(model: RunsStore, change: (columns: readonly ColumnSpec[]) => readonly ColumnSpec[]): void {
  const columns = model.shown.peek();
  const next = change(columns);
  if (next !== columns) model.change({ columns: next }, { replace: true });
}

/** Sort by a column, the other way, or not at all. */
export function sort(model: RunsStore, column: ColumnSpec, isMore: boolean): void {
  model.change({ orderBy: nextSort(column, model.view.peek().orderBy, isMore) });
}

/** Return what a column's menu offers. */
export function menuOf(model: RunsStore, { id, spec }: PlacedColumn): (MenuItem | false)[] {
  const { orderBy, times } = model.view.peek();
  const isSortable = sortKey(spec) !== undefined;
  const sorted = sortOf(spec, orderBy);
  const order = (direction: "ASC" | "DESC" | undefined, isMore = false) =>
    model.change({ orderBy: sortBy(spec, direction, orderBy, isMore) });
  const isTime = spec.kind === "attribute" && spec.key.endsWith("_time");
  return [
    isSortable && { label: table.sortUp, icon: "sortUp", onSelect: () => order("ASC") },
    isSortable && { label: table.sortDown, icon: "sortDown", onSelect: () => order("DESC") },
    isSortable && orderBy.length > 0 && !sorted && { label: table.sortMore, onSelect: () => sort(model, spec, true) },
    sorted !== undefined && { label: table.unsort, onSelect: () => order(undefined, true) },
    ...(spec.kind === "metric" ? metricItems(model, id, spec) : []),
    isTime && {
      label: table.absolute,
      isChecked: times === "absolute",
      onSelect: () => model.change({ times: times === "absolute" ? "relative" : "absolute" }, { replace: true }),
    },
    {
      label: table.pin,
      isChecked: Boolean(spec.isPinned),
      onSelect: () => edit(model, (columns) => pinned(columns, id, !spec.isPinned)),
    },
    { label: table.moveLeft, onSelect: () => edit(model, (columns) => shifted(columns, id, -1)) },
    { label: table.moveRight, onSelect: () => edit(model, (columns) => shifted(columns, id, 1)) },
    { label: table.wider, onSelect: () => widen(model, id, spec, WIDER) },
    { label: table.narrower, onSelect: () => widen(model, id, spec, -WIDER) },
    { label: table.remove, icon: "eyeOff", onSelect: () => edit(model, (columns) => removed(columns, id)) },
  ];
}

/** Make a column wider or narrower. */
export function widen(model: RunsStore, id: string, spec: ColumnSpec, by: number): void {
  edit(model, (columns) => resized(columns, id, widthOf(spec) + by));
}

function metricItems(model: RunsStore, id: string, spec: ColumnSpec): MenuItem[] {
  const items: MenuItem[] = AGGREGATES.map((aggregate) => ({
    label: table.aggregateLabels[aggregate],
    isChecked: (spec.aggregate ?? "latest") === aggregate,
    onSelect: () => edit(model, (columns) => aggregated(columns, id, aggregate)),
  }));
  if (spec.aggregate !== "best") return items;
  const isSmall = goalOf(spec) === "minimize";
  const other = isSmall ? "maximize" : "minimize";
  return [
    ...items,
    {
      label: table.smallIsBest,
      isChecked: isSmall,
      onSelect: () => edit(model, (columns) => changed(columns, id, { goal: other })),
    },
  ];
}

/** Return what stands above a column's name: what it is, and which of a metric's values. */
export function kindOf(spec: ColumnSpec): string {
  if (spec.kind !== "metric" || !spec.aggregate) return table.kinds[spec.kind];
  const direction = spec.aggregate === "best" ? (goalOf(spec) === "minimize" ? " ↓" : " ↑") : "";
  return `${table.kinds.metric} · ${table.aggregates[spec.aggregate]}${direction}`;
}
