// The table as a file.

import type { RunRow } from "../api/tables";
import { tell } from "../app/notices";
import { download } from "../app/download";
import { toCsv } from "../parts/csv";
import { bulk as text } from "../text/bulk";
import { endOf, keysOf, TAG_OF } from "./columns";
import { eachPage } from "./matches";
import { withProgress } from "./progress";
import type { RunsStore } from "./store";
import type { ColumnSpec } from "./view";

type Cell = string | number | null;

/** Have the browser keep all matching runs with the columns that are shown. */
export async function exportCsv(model: RunsStore): Promise<void> {
  const columns = model.shown.peek();
  const request = { ...model.search.peek(), ...keysOf(columns), order_by: model.view.peek().orderBy };
  await withProgress(text.exporting, async (step, signal) => {
    const parts = [toCsv([headerOf(columns)])];
    let count = 0;
    for await (const { total, rows } of eachPage(request, signal)) {
      parts.push(toCsv(rows.map((row) => cellsOf(columns, row))));
      count += rows.length;
      step(count, total);
    }
    download(`runs-${model.experimentIds.join("-")}.csv`, new Blob(parts), "text/csv;charset=utf-8");
    tell(text.exported(count));
  });
}

/** Return the names of the columns, after the run's id. */
export function headerOf(columns: readonly ColumnSpec[]): string[] {
  const names = others(columns).map((column) => {
    const { kind, key } = column;
    if (kind === "attribute") return key;
    const end = kind === "metric" ? { latest: "", minimum: ".min", maximum: ".max" }[endOf(column)] : "";
    return harmless(`${kind}s.${key}${end}`);
  });
  return ["run_id", ...names];
}

/** Return what stands in the columns, numbers in full and times as ISO 8601 has them. */
export function cellsOf(columns: readonly ColumnSpec[], row: RunRow): Cell[] {
  return [row.runId, ...others(columns).map((column) => cellOf(column, row))];
}

function others(columns: readonly ColumnSpec[]): readonly ColumnSpec[] {
  return columns.filter(({ kind, key }) => kind !== "attribute" || key !== "run_id");
}

function cellOf(column: ColumnSpec, row: RunRow): Cell {
  const { kind, key } = column;
  if (kind === "metric") return row.metrics[key]?.[endOf(column)] ?? null;
  if (kind === "param") return textOf(row.params[key]);
  if (kind === "tag") return textOf(row.tags[key]);
  switch (key) {
    case "run_name":
      return harmless(row.name);
    case "status":
      return row.status;
    case "start_time":
      return timeOf(row.startTime);
    case "end_time":
      return timeOf(row.endTime);
    case "duration":
      return row.startTime === null || row.endTime === null ? null : (row.endTime - row.startTime) / 1000;
    case "user_id":
      return harmless(row.user);
    case "dataset":
      return harmless(row.datasets.map(({ name }) => name).join(", "));
    default:
      return textOf(row.tags[TAG_OF[key] ?? ""]);
  }
}

function timeOf(milliseconds: number | null): Cell {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}

function textOf(value: string | undefined): Cell {
  return value === undefined ? null : harmless(value);
}

/** Return a text that no spreadsheet takes for a formula; numbers stay as they are. */
export function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !Number.isFinite(Number(text)) ? `'${text}` : text;
}
