// The values behind a plot, for those who would rather read them.

import { useState } from "preact/hooks";

import type { RunRow } from "../api/tables";
import { href } from "../app/router";
import { formatNumber } from "../parts/number";
import type { ChartedRun } from "../runs/model";
import { compare } from "../text/compare";
import type { Column } from "./column";
import type { Value } from "./scale";

/** So many rows are shown; all of them are in files. */
const MOST_ROWS = 200;

/** Return the address of a run's page. */
export function runHref(row: RunRow): string {
  return href(["experiments", row.experimentId, "runs", row.runId]);
}

/** Return a value as people read it. */
export function formatValue(value: Value): string {
  if (value === undefined) return "–";
  return typeof value === "number" ? formatNumber(value) : value;
}

/** Shows the values of fields, a row for each run, once it is opened. */
export function Values({ runs, columns }: { runs: readonly ChartedRun[]; columns: readonly Column[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="plot-values" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{compare.values(runs.length)}</summary>
      {isOpen && (
        <div class="plot-table" tabIndex={0} role="region" aria-label={compare.values(runs.length)}>
          <table>
            <thead>
              <tr>
                <th scope="col">{compare.run}</th>
                {columns.map(({ id, label }) => (
                  <th key={id} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {runs.slice(0, MOST_ROWS).map(({ row }, i) => (
                <tr key={row.runId}>
                  <th scope="row">
                    <a href={runHref(row)}>{row.name || row.runId}</a>
                  </th>
                  {columns.map(({ id, values }) => (
                    <td key={id} class={typeof values[i] === "number" ? "number" : undefined}>
                      {formatValue(values[i])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {runs.length > MOST_ROWS && <p class="quiet">{compare.firstRows(MOST_ROWS, runs.length)}</p>}
        </div>
      )}
    </details>
  );
}
