// What stands in a cell.

import type { ComponentChildren } from "preact";

import type { MetricSummary, RunRow } from "../api/tables";
import { href } from "../app/router";
import { formatNumber } from "../parts/number";
import { Status } from "../parts/status";
import { duration, Time } from "../parts/time";
import { endOf, TAG_OF } from "../runs/columns";
import type { ColumnSpec, Times } from "../runs/view";
import { table } from "../text/table";

/** Return what a run has to show in a column. */
export function contentOf(column: ColumnSpec, row: RunRow, times: Times): ComponentChildren {
  switch (column.kind) {
    case "metric":
      return column.key in row.metrics ? numberOf(row.metrics[column.key], column) : PENDING;
    case "param":
      return column.key in row.params ? textOf(row.params[column.key]) : PENDING;
    case "tag":
      return column.key in row.tags ? textOf(row.tags[column.key]) : PENDING;
    case "attribute":
      return attributeOf(column.key, row, times);
  }
}

/** Return the text on hover: what has no room in the cell. */
export function titleOf(column: ColumnSpec, row: RunRow): string | undefined {
  if (column.kind === "param") return row.params[column.key];
  if (column.kind === "tag") return row.tags[column.key];
  if (column.kind === "attribute") {
    const tag = TAG_OF[column.key];
    if (tag !== undefined) return row.tags[tag];
    return column.key === "dataset" ? row.datasets.map(table.dataset).join("\n") : undefined;
  }
  const metric = row.metrics[column.key];
  return metric && table.summary(String(metric.latest), metric.step, String(metric.minimum), String(metric.maximum));
}

/** Whether a column's content stands at the right edge. */
export function isNumeric(column: ColumnSpec): boolean {
  return column.kind === "metric" || column.key === "duration";
}

const PENDING = null; // the column is new, and the value on its way
const MISSING = <span class="quiet">–</span>;

function numberOf(metric: MetricSummary | undefined, column: ColumnSpec): ComponentChildren {
  if (!metric) return MISSING;
  const value = metric[endOf(column)];
  const text = formatNumber(value);
  return Number.isFinite(value) ? text : <span class="cell-odd">{text}</span>;
}

function textOf(value: string | undefined): ComponentChildren {
  if (value === undefined) return MISSING;
  return value === "" ? <span class="quiet">{table.emptyText}</span> : value;
}

function attributeOf(key: string, row: RunRow, times: Times): ComponentChildren {
  switch (key) {
    case "start_time":
      return <Time value={row.startTime} isAbsolute={times === "absolute"} />;
    case "end_time":
      return <Time value={row.endTime} isAbsolute={times === "absolute"} />;
    case "duration":
      return <Duration row={row} />;
    case "status":
      return <Status status={row.status} />;
    case "user_id":
      return row.user ? row.user : MISSING;
    case "run_id":
      return <span class="mono">{row.runId}</span>;
    case "dataset":
      return row.datasets.length > 0 ? row.datasets.map(({ name }) => name).join(", ") : MISSING;
    case "source":
      return textOf(row.tags[TAG_OF.source ?? ""]);
    case "version":
      return textOf(row.tags[TAG_OF.version ?? ""]?.slice(0, 7));
    default:
      return MISSING;
  }
}

function Duration({ row }: { row: RunRow }) {
  if (row.startTime === null) return MISSING;
  if (row.endTime === null) {
    // until now; the next answer of the server brings the next "now"
    return row.status === "RUNNING" ? <span class="quiet">{duration(Date.now() - row.startTime)}</span> : MISSING;
  }
  return duration(row.endTime - row.startTime);
}

/** The cell of the name: the way to the run, its state, and its children. */
export function NameCell(props: { row: RunRow; depth: number; isOpen: boolean; isNested: boolean }) {
  const { row, depth, isOpen, isNested } = props;
  return (
    <>
      {isNested && <span class="cell-indent" style={{ width: `${depth * 18}px` }} />}
      {isNested && row.childCount > 0 && (
        <button
          type="button"
          class="plain cell-expand"
          tabIndex={-1}
          data-act="expand"
          aria-label={isOpen ? table.collapse(row.name) : table.expand(row.name)}
        >
          <span class={isOpen ? "cell-arrow is-open" : "cell-arrow"}>›</span>
        </button>
      )}
      {isNested && row.childCount === 0 && <span class="cell-indent" style={{ width: "20px" }} />}
      <Status status={row.status} isShort />
      <a
        class={row.isDeleted ? "cell-link is-deleted" : "cell-link"}
        tabIndex={-1}
        href={href(["experiments", row.experimentId, "runs", row.runId])}
        title={row.name}
      >
        {row.name || row.runId}
      </a>
      {isNested && row.childCount > 0 && <span class="cell-count quiet">{row.childCount}</span>}
    </>
  );
}
