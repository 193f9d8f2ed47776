// Which columns the table shows.

import type { MetricColumn, RunColumns, TextColumn } from "../api/tables";
import type { Aggregate, ColumnSpec, Goal } from "./view";

/** Columns that are shown of themselves beside those of the run itself. */
const MOST_CHOSEN = 12;
const MOST_METRICS = 8;

/** What a run itself has to show, in the order of the list to choose from. */
export const ATTRIBUTES = [
  "run_name",
  "start_time",
  "duration",
  "status",
  "user_id",
  "dataset",
  "end_time",
  "source",
  "version",
  "run_id",
] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

/** Before everything else, so that they stay where they are when the others come. */
const FIRST: readonly ColumnSpec[] = [
  { kind: "attribute", key: "run_name", isPinned: true },
  { kind: "attribute", key: "start_time" },
  { kind: "attribute", key: "duration" },
];
const LAST: readonly ColumnSpec[] = [
  { kind: "attribute", key: "user_id" },
  { kind: "attribute", key: "dataset" },
  { kind: "attribute", key: "source" },
];

/** Tags that columns of their own are made of. */
export const TAG_OF: Readonly<Partial<Record<string, string>>> = {
  source: "mlflow.source.name",
  version: "mlflow.source.git.commit",
};

/** Return one text for what a column shows, apart from its looks. */
export function idOf(column: ColumnSpec): string {
  return `${column.kind}:${column.key}${column.aggregate ? `:${column.aggregate}` : ""}`;
}

/** Return the columns without any choice: those of every run, around params and metrics that differ. */
export function usualColumns(chosen: readonly ColumnSpec[]): readonly ColumnSpec[] {
  return [...FIRST, ...chosen, ...(chosen.length > 0 ? LAST : [])];
}

/**
 * Return the params and metrics that tell most about the runs, metrics first.
 *
 * What was shown before stays, so that no column leaves when runs change.
 */
export function tellingColumns(columns: RunColumns, before: readonly ColumnSpec[] = []): readonly ColumnSpec[] {
  const metrics = ranked(columns.metrics.filter(isOfModel), (metric) => metricScore(metric, columns.runs));
  const params = ranked(columns.params, (param) => paramScore(param, columns.runs));
  const mostMetrics = Math.max(MOST_METRICS, MOST_CHOSEN - params.length);
  const found: ColumnSpec[] = metrics.slice(0, mostMetrics).map(({ key }) => ({ kind: "metric", key }));
  const left = MOST_CHOSEN - found.length;
  found.push(...params.slice(0, left).map(({ key }) => ({ kind: "param" as const, key })));
  const seen = new Set(before.map(idOf));
  const more = found.filter((column) => !seen.has(idOf(column)));
  const room = Math.max(0, MOST_CHOSEN - before.length);
  const all = [...before, ...more.slice(0, room)];
  return [...all.filter(({ kind }) => kind === "metric"), ...all.filter(({ kind }) => kind !== "metric")];
}

function ranked<C extends MetricColumn | TextColumn>(columns: readonly C[], score: (column: C) => number): C[] {
  const differing = columns.filter((column) => column.differs);
  // of runs that are all alike, such as a single one, anything is better than nothing
  const candidates = differing.length > 0 ? differing : columns;
  return [...candidates].sort((a, b) => score(b) - score(a)); // equals stay in the order of their names
}

function isOfModel(metric: MetricColumn): boolean {
  return !metric.key.startsWith("system/");
}

function metricScore(metric: MetricColumn, total: number): number {
  const name = metric.key.toLowerCase();
  const isHeldOut = /(^|[^a-z])(val|valid|validation|test|eval)([^a-z]|$)/.test(name);
  const isKnown = /(acc|auc|loss|f1|rmse|mae|mse|error|score|r2|precision|recall|perplexity|reward)/.test(name);
  return share(metric.runs, total) * 4 + Number(isHeldOut) * 2 + Number(isKnown);
}

function paramScore(param: TextColumn, total: number): number {
  const isOwnOfEachRun = total > 5 && param.distinct >= Math.min(param.runs, 1000);
  const isText = param.values.some((value) => value.length > 60);
  return share(param.runs, total) * 4 - Number(isOwnOfEachRun) * 2 - Number(isText) * 2;
}

function share(runs: number, total: number): number {
  return total > 0 ? Math.round((runs / total) * 10) / 10 : 0; // a few runs that failed early change no order
}

/** Return whether a metric is better small or large, as its name says. */
export function guessGoal(key: string): Goal {
  return /(loss|err|rmse|mae|mse|mape|perplexity|ppl|nll|wer|cer|fid|divergence|distance|latency|time|duration|regret|bic|aic|cost|brier)/i.test(
    key,
  )
    ? "minimize"
    : "maximize";
}

/** Return whether the best value of a metric's column is the smallest or the largest. */
export function goalOf(column: ColumnSpec): Goal {
  return column.goal ?? guessGoal(column.key);
}

/** Return which of a metric's values a column shows: the best one is one of the two others. */
export function endOf(column: ColumnSpec): Exclude<Aggregate, "best"> {
  if (column.aggregate !== "best") return column.aggregate ?? "latest";
  return goalOf(column) === "minimize" ? "minimum" : "maximum";
}

/** Return the column that has what runs are grouped by, such as `params.optimizer`. */
export function groupColumns(groupBy: string): ColumnSpec[] {
  const end = groupBy.indexOf(".");
  const kind = ({ params: "param", tags: "tag" } as const)[groupBy.slice(0, end)];
  return kind ? [{ kind, key: groupBy.slice(end + 1) }] : [];
}

/** Return what the server is asked for to fill columns. */
export function keysOf(columns: readonly ColumnSpec[]): { metrics: string[]; params: string[]; tags: string[] } {
  const of = (kind: ColumnSpec["kind"]) => columns.filter((column) => column.kind === kind).map(({ key }) => key);
  const made = of("attribute").flatMap((key) => TAG_OF[key] ?? []);
  const distinct = (keys: string[]) => [...new Set(keys)].slice(0, 200);
  return { metrics: distinct(of("metric")), params: distinct(of("param")), tags: distinct([...of("tag"), ...made]) };
}
