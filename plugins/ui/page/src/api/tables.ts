// The runs table: rows by columns, and which columns there are.

import { type Options, post, readNumber, type WireNumber } from "./client";
import type { RunStatus } from "./entities";

export type Lifecycle = "ACTIVE_ONLY" | "DELETED_ONLY" | "ALL";

/** Which runs. */
export interface RunSearch {
  experiment_ids: readonly string[];
  filter: string;
  run_view_type: Lifecycle;
}

/** Which rows of them, and what of each. */
export interface TableRequest extends RunSearch {
  order_by: readonly string[];
  offset: number;
  max_results: number;
  metrics: readonly string[];
  params: readonly string[];
  tags: readonly string[];
  /** Only runs without a parent. */
  nested?: boolean;
  /** Only the children of this run. */
  parent_run_id?: string;
}

/** What a run tells of a metric. */
export interface MetricSummary {
  latest: number;
  minimum: number;
  maximum: number;
  step: number;
}

/** A row of the table. */
export interface RunRow {
  runId: string;
  name: string;
  experimentId: string;
  user: string;
  status: RunStatus;
  startTime: number | null;
  endTime: number | null;
  isDeleted: boolean;
  parentRunId: string | null;
  childCount: number;
  datasets: readonly { name: string; digest: string; context?: string }[];
  metrics: Readonly<Record<string, MetricSummary | undefined>>;
  params: Readonly<Record<string, string | undefined>>;
  tags: Readonly<Record<string, string | undefined>>;
}

type Column<T> = Record<string, (T | null)[]>;

interface WireTable {
  total: number;
  run_ids: string[];
  run_names: string[];
  experiment_ids: string[];
  user_ids: string[];
  statuses: RunStatus[];
  start_times: (number | null)[];
  end_times: (number | null)[];
  lifecycle_stages: string[];
  parent_run_ids: (string | null)[];
  child_counts: number[];
  datasets: RunRow["datasets"][];
  metrics: Record<string, Record<"latest" | "minimum" | "maximum" | "steps", (WireNumber | null)[]>>;
  params: Column<string>;
  tags: Column<string>;
}

/** Return rows, and how many there are in all. */
export async function fetchRows(request: TableRequest, options?: Options): Promise<{ total: number; rows: RunRow[] }> {
  const table = await post<WireTable>("2.0/runyard/runs/table", request, options);
  const rows = table.run_ids.map((runId, i) => ({
    runId,
    name: table.run_names[i] ?? "",
    experimentId: table.experiment_ids[i] ?? "",
    user: table.user_ids[i] ?? "",
    status: table.statuses[i] ?? "RUNNING",
    startTime: table.start_times[i] ?? null,
    endTime: table.end_times[i] ?? null,
    isDeleted: table.lifecycle_stages[i] === "deleted",
    parentRunId: table.parent_run_ids[i] ?? null,
    childCount: table.child_counts[i] ?? 0,
    datasets: table.datasets[i] ?? [],
    metrics: pick(table.metrics, (column) => summary(column, i)),
    params: pick(table.params, (column) => column[i] ?? undefined),
    tags: pick(table.tags, (column) => column[i] ?? undefined),
  }));
  return { total: table.total, rows };
}

function summary(column: WireTable["metrics"][string], i: number): MetricSummary | undefined {
  const read = (values: (WireNumber | null)[]) => {
    const value = values[i];
    return value == null ? NaN : readNumber(value);
  };
  if (column.latest[i] == null) return undefined;
  return {
    latest: read(column.latest),
    minimum: read(column.minimum),
    maximum: read(column.maximum),
    step: read(column.steps),
  };
}

function pick<C, T>(columns: Record<string, C>, value: (column: C) => T | undefined): Record<string, T | undefined> {
  return Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, value(column)]));
}

/** A metric that some of the runs have. */
export interface MetricColumn {
  key: string;
  /** How many runs have it. */
  runs: number;
  /** Whether two runs differ in it, or one lacks it. */
  differs: boolean;
  minimum: WireNumber | null;
  maximum: WireNumber | null;
}

/** A param or a tag that some of the runs have. */
export interface TextColumn {
  key: string;
  runs: number;
  differs: boolean;
  /** How many values there are; 1000 stands for that many or more. */
  distinct: number;
  /** Some of them. */
  values: string[];
}

/** Which columns a table of runs can have. */
export interface RunColumns {
  total: number;
  /** How many of them were looked at: all, or as many as were asked for. */
  runs: number;
  metrics: MetricColumn[];
  params: TextColumn[];
  tags: TextColumn[];
}

/** Return which columns there are among all runs that a search finds, or the first `max_runs` of them. */
export function fetchColumns(search: RunSearch & { max_runs?: number }, options?: Options): Promise<RunColumns> {
  return post<RunColumns>("2.0/runyard/runs/columns", search, options);
}
