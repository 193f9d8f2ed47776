// The state of an experiment's view, which the address holds whole: who gets the link sees the same.

import type { Lifecycle } from "../api/tables";

/** What a column shows. Of a metric: its last, smallest or largest value, or the better one of the two. */
export type Aggregate = "latest" | "minimum" | "maximum" | "best";

/** Which end of a metric's values is the good one. */
export type Goal = "minimize" | "maximize";

/** A column of the table. */
export interface ColumnSpec {
  kind: "attribute" | "metric" | "param" | "tag";
  key: string;
  aggregate?: Aggregate;
  /** Whether the best value of a metric is its smallest or its largest; guessed from its name if absent. */
  goal?: Goal;
  /** In pixels; its usual width if absent. */
  width?: number;
  isPinned?: boolean;
}

/** How times are shown. */
export type Times = "relative" | "absolute";

/** Which part of the view is shown. */
export type Mode = "table" | "split" | "charts" | "compare";

/** The whole state. */
export interface RunsView {
  filter: string;
  lifecycle: Lifecycle;
  /** Clauses for the server, such as `metrics.loss ASC`. */
  orderBy: readonly string[];
  /** What was chosen; `null` shows the columns that differ. */
  columns: readonly ColumnSpec[] | null;
  /** Runs stand below their parents. */
  nested: boolean;
  /** The parents whose children are shown. */
  expanded: readonly string[];
  times: Times;
  mode: Mode;
  /** How much of the width the table has beside the charts, in percent. */
  split: number;
  /** Runs that charts and comparisons show; `null` takes the first ones of the table. */
  charted: readonly string[] | null;
  /** The state of the charts, as `charts/state.ts` writes it. */
  charts: string;
  /** The state of the comparison, as `compare/state.ts` writes it. */
  compare: string;
  /** Runs are grouped by this param or tag in charts, such as `params.optimizer`; empty for none. */
  groupBy: string;
}

export const FIRST_VIEW: RunsView = {
  filter: "",
  lifecycle: "ACTIVE_ONLY",
  orderBy: [],
  columns: null,
  nested: false,
  expanded: [],
  times: "relative",
  mode: "split",
  split: 55,
  charted: null,
  charts: "",
  compare: "",
  groupBy: "",
};

/** Return the query of the address for a view; what is as at first is left out. */
export function writeView(view: RunsView): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(view)) {
    const first = FIRST_VIEW[name as keyof RunsView];
    if (JSON.stringify(value) === JSON.stringify(first)) continue;
    query.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  return query;
}

/** Return the view that the query of an address stands for; what cannot be read is as at first. */
export function readView(query: URLSearchParams): RunsView {
  const text = (name: "filter" | "charts" | "compare" | "groupBy") => query.get(name) ?? FIRST_VIEW[name];
  return {
    filter: text("filter"),
    charts: text("charts"),
    compare: text("compare"),
    groupBy: text("groupBy"),
    lifecycle: oneOf(query.get("lifecycle"), ["ACTIVE_ONLY", "DELETED_ONLY", "ALL"], FIRST_VIEW.lifecycle),
    mode: oneOf(query.get("mode"), ["table", "split", "charts", "compare"], FIRST_VIEW.mode),
    times: oneOf(query.get("times"), ["relative", "absolute"], FIRST_VIEW.times),
    split: Math.min(90, Math.max(10, Number(query.get("split")) || FIRST_VIEW.split)),
    nested: query.get("nested") === "true",
    expanded: listOf(query.get("expanded"), isText) ?? [],
    orderBy: listOf(query.get("orderBy"), isText) ?? [],
    columns: listOf(query.get("columns"), isColumn),
    charted: listOf(query.get("charted"), isText),
  };
}

function oneOf<T extends string>(text: string | null, known: readonly T[], first: T): T {
  return known.find((each) => each === text) ?? first;
}

function listOf<T>(text: string | null, is: (item: unknown) => item is T): readonly T[] | null {
  try {
    const read: unknown = JSON.parse(text ?? "null");
    return Array.isArray(read) ? read.filter(is) : null;
  } catch {
    return null;
  }
}

function isText(item: unknown): item is string {
  return typeof item === "string";
}

function isColumn(item: unknown): item is ColumnSpec {
  if (typeof item !== "object" || item === null) return false;
  const { kind, key, width } = item as Partial<ColumnSpec>;
  if (width !== undefined && !(width >= 40 && width <= 2000)) return false;
  return typeof key === "string" && (kind === "attribute" || kind === "metric" || kind === "param" || kind === "tag");
}
