import { useState } from "preact/hooks";

import type { Run } from "../api/entities";
import { fetchChildren } from "../api/runs";
import { fetchColumns, type RunRow } from "../api/tables";
import { useResource } from "../app/resource";
import { href } from "../app/router";
import { Icon } from "../parts/icon";
import { formatNumber } from "../parts/number";
import { Status } from "../parts/status";
import { duration, Time } from "../parts/time";
import { idOf, tellingColumns } from "../runs/columns";
import { nameOf, valueOf } from "../runs/names";
import { nextSort, sortKey, sortOf } from "../runs/sorting";
import { type ColumnSpec, FIRST_VIEW, writeView } from "../runs/view";
import { common } from "../text/common";
import { run as text } from "../text/run";
import { Pager } from "./pager";

const PER_PAGE = 20;
/** As many as can be told apart in a comparison. */
const MOST_COMPARED = 100;

/** Among how many it is looked for what differs; a search of a thousand trials is read again and again while it goes on. */
const MOST_LOOKED_AT = 200;

const NAME: ColumnSpec = { kind: "attribute", key: "run_name" };
const START: ColumnSpec = { kind: "attribute", key: "start_time" };

/** The runs that are nested in a run, with the params and metrics in which they differ; nothing if there are none. */
export function Children({ run, refreshed }: { run: Run; refreshed: number }) {
  const { run_id: parentRunId, experiment_id: experimentId } = run.info;
  const [page, setPage] = useState(0);
  const [orderBy, setOrderBy] = useState<readonly string[]>([]);
  const filter = `${nameOf("tag", "mlflow.parentRunId")} = ${valueOf(parentRunId)}`;
  const found = useResource(JSON.stringify([parentRunId, page, orderBy, refreshed]), async (signal) => {
    const search = {
      experiment_ids: [experimentId],
      filter,
      run_view_type: "ACTIVE_ONLY",
      max_runs: MOST_LOOKED_AT,
    } as const;
    const columns = await fetchColumns(search, { signal });
    if (columns.total === 0) return { total: 0, rows: [], columns: [], compared: [] };
    const telling = tellingColumns(columns);
    const keys = (kind: ColumnSpec["kind"]) => telling.filter((column) => column.kind === kind).map(({ key }) => key);
    const request = { parentRunId, experimentId, orderBy, metrics: keys("metric"), params: keys("param") };
    const [shown, compared] = await Promise.all([
      fetchChildren({ ...request, offset: page * PER_PAGE, count: PER_PAGE }, { signal }),
      fetchChildren({ parentRunId, experimentId, orderBy, offset: 0, count: MOST_COMPARED }, { signal }),
    ]);
    return { ...shown, columns: telling, compared: compared.rows.map((row) => row.runId) };
  });
  if (!found.value?.total) return null;
  const { total, rows, columns, compared } = found.value;
  const sort = (column: ColumnSpec) => {
    setOrderBy((now) => nextSort(column, now));
    setPage(0);
  };
  return (
    <section class="found" aria-label={text.children}>
      <div class="row found-head">
        <h2>{text.children}</h2>
        <span class="count">{total.toLocaleString("en")}</span>
        <span class="grow" />
        {total > 1 && (
          <a class="button small" href={href(["compare"], { runs: compared.join(","), experiments: experimentId })}>
            <Icon name="compare" size={12} />
            {text.compareChildren}
          </a>
        )}
        <a
          class="button small"
          href={href(["experiments", experimentId], writeView({ ...FIRST_VIEW, filter, orderBy }))}
        >
          <Icon name="table" size={12} />
          {text.childrenTable}
        </a>
      </div>
      <div class="found-scroll" tabIndex={0} role="group" aria-label={text.children}>
        <table class="list found-table">
          <thead>
            <tr>
              <Head column={NAME} label={common.name} orderBy={orderBy} onSort={sort} />
              <Head column={START} label={text.started} orderBy={orderBy} onSort={sort} />
              <th scope="col" class="number">
                {text.duration}
              </th>
              {columns.map((column) => (
                <Head key={idOf(column)} column={column} label={column.key} orderBy={orderBy} onSort={sort} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Child key={row.runId} row={row} columns={columns} />
            ))}
          </tbody>
        </table>
      </div>
      <Pager page={page} pages={Math.ceil(total / PER_PAGE)} onPage={setPage} />
    </section>
  );
}

function Head(props: {
  column: ColumnSpec;
  label: string;
  orderBy: readonly string[];
  onSort: (column: ColumnSpec) => void;
}) {
  const { column, label, orderBy, onSort } = props;
  const direction = sortOf(column, orderBy)?.direction;
  return (
    <th
      scope="col"
      class={column.kind === "metric" ? "number" : undefined}
      aria-sort={direction && (direction === "ASC" ? "ascending" : "descending")}
    >
      {sortKey(column) === undefined ? (
        label
      ) : (
        <button class="plain sort" onClick={() => onSort(column)}>
          {label}
          {direction && <Icon name={direction === "ASC" ? "sortUp" : "sortDown"} size={12} />}
        </button>
      )}
    </th>
  );
}

function Child({ row, columns }: { row: RunRow; columns: readonly ColumnSpec[] }) {
  return (
    <tr>
      <th scope="row">
        <Status status={row.status} isShort />{" "}
        <a href={href(["experiments", row.experimentId, "runs", row.runId])}>{row.name || text.noName}</a>
      </th>
      <td>
        <Time value={row.startTime} />
      </td>
      <td class="number">
        {row.startTime !== null && row.endTime !== null ? duration(row.endTime - row.startTime) : "–"}
      </td>
      {columns.map((column) =>
        column.kind === "metric" ? (
          <td key={idOf(column)} class="number" title={String(row.metrics[column.key]?.latest ?? "")}>
            {formatted(row.metrics[column.key]?.latest)}
          </td>
        ) : (
          <td key={idOf(column)}>{row.params[column.key] ?? "–"}</td>
        ),
      )}
    </tr>
  );
}

function formatted(value: number | undefined): string {
  return value === undefined ? "–" : formatNumber(value);
}
