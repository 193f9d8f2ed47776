// The metrics of a run over its steps.

import type { Metric, Run } from "../api/entities";
import RunCharts from "../charts/run";
import { Empty } from "../parts/empty";

/** Shows metrics as charts, or how to get some. */
export default function Charts(props: {
  run: Run;
  metrics: readonly Metric[];
  isLive: boolean;
  empty: string;
  hint?: string;
  code?: string;
}) {
  const { run, metrics, isLive } = props;
  if (metrics.length === 0) {
    return (
      <Empty title={props.empty} code={props.code}>
        {props.hint}
      </Empty>
    );
  }
  return (
    <RunCharts
      runId={run.info.run_id}
      name={run.info.run_name}
      startTime={run.info.start_time}
      keys={metrics.map(({ key }) => key)}
      live={isLive}
    />
  );
}
