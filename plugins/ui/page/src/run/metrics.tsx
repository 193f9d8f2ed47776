import { useCallback, useState } from "preact/hooks";

import { readNumber } from "../api/client";
import type { Metric, Run } from "../api/entities";
import { fetchMetricSummaries, MOST_KEYS } from "../api/runs";
import type { MetricSummary } from "../api/tables";
import { useResource } from "../app/resource";
import { formatNumber } from "../parts/number";
import { dateTime } from "../parts/time";
import { common } from "../text/common";
import { run as text } from "../text/run";
import { type FoundColumn, FoundTable } from "./found-table";

/** The latest, smallest and largest values of metrics of a run. */
export function Metrics(props: { run: Run; metrics: readonly Metric[]; title: string; empty: string }) {
  const { run, metrics } = props;
  const [shown, setShown] = useState<readonly Metric[]>([]);
  // a run with very many metrics tells the extremes of those that are shown; they cannot be sorted by then
  const hasAll = metrics.length <= MOST_KEYS;
  const summaries = useSummaries(run, hasAll ? metrics : shown);
  return (
    <FoundTable
      title={props.title}
      level={2}
      rows={metrics}
      columns={columnsOf(metrics, summaries, hasAll)}
      rowKey={({ key }) => key}
      searchLabel={text.searchMetrics}
      searched={({ key }) => key}
      copied={({ value }) => String(value)}
      onShown={useCallback((rows: readonly Metric[]) => setShown(rows), [])}
      empty={props.empty}
    />
  );
}

function useSummaries(run: Run, metrics: readonly Metric[]): ReadonlyMap<string, MetricSummary> {
  const { run_id: runId, experiment_id: experimentId } = run.info;
  // what was recorded since is read again
  const key = JSON.stringify([
    runId,
    metrics.map((metric) => [metric.key, metric.step, metric.timestamp, metric.value]),
  ]);
  const keys = metrics.slice(0, MOST_KEYS).map((metric) => metric.key);
  const read = useResource(key, (signal) =>
    keys.length > 0 ? fetchMetricSummaries(runId, experimentId, keys, { signal }) : Promise.resolve(NONE),
  );
  return read.value ?? NONE;
}

const NONE: ReadonlyMap<string, MetricSummary> = new Map();

function columnsOf(
  metrics: readonly Metric[],
  summaries: ReadonlyMap<string, MetricSummary>,
  hasAll: boolean,
): FoundColumn<Metric>[] {
  const extreme = (id: "minimum" | "maximum", label: string): FoundColumn<Metric> => {
    const value = ({ key }: Metric) => summaries.get(key)?.[id];
    return {
      id,
      label,
      cell: (row) => <NumberText value={value(row)} />,
      text: (row) => String(value(row) ?? ""),
      sort: hasAll ? (row) => value(row) ?? null : undefined,
      isNumber: true,
    };
  };
  const columns: FoundColumn<Metric>[] = [
    { id: "key", label: common.key, cell: ({ key }) => key, text: ({ key }) => key, sort: ({ key }) => key },
    {
      id: "last",
      label: text.last,
      cell: ({ value, timestamp }) => <NumberText value={readNumber(value)} recorded={timestamp} />,
      text: ({ value }) => String(value),
      sort: ({ value }) => readNumber(value),
      isNumber: true,
    },
    extreme("minimum", text.minimum),
    extreme("maximum", text.maximum),
    {
      id: "step",
      label: text.step,
      cell: ({ step }) => (step ?? 0).toLocaleString("en"),
      text: ({ step }) => String(step ?? 0),
      sort: ({ step }) => step ?? 0,
      isNumber: true,
    },
  ];
  if (metrics.some((metric) => metric.dataset_name)) {
    const name = ({ dataset_name: dataset }: Metric) => dataset ?? "";
    columns.push({ id: "dataset", label: text.measuredOn, cell: name, text: name, sort: (row) => name(row) || null });
  }
  return columns;
}

/** Shows a number in few digits, and all of them on hover; what is no finite number stands out. */
function NumberText({ value, recorded }: { value: number | undefined; recorded?: number }) {
  if (value === undefined) return <span class="quiet">–</span>;
  const full = recorded === undefined ? String(value) : text.metricHint(String(value), dateTime(recorded));
  return (
    <span title={full} class={Number.isFinite(value) ? undefined : "odd-number"}>
      {formatNumber(value, 5)}
    </span>
  );
}
