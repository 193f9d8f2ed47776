// Metrics as series for charts.

import { type Options, post, readNumber } from "./client";
import type { WireSeries } from "./entities";

/** Which series; with more points than `max_points` the server leaves some out, never an extreme. */
export interface SeriesRequest {
  run_ids: readonly string[];
  keys: readonly string[];
  max_points?: number;
  start_step?: number;
  end_step?: number;
  start_time?: number;
  end_time?: number;
}

/** A metric of a run, by columns, in the order of steps. */
export interface Series {
  runId: string;
  key: string;
  /** How many points there are in the range that was asked for. */
  total: number;
  steps: number[];
  /** Milliseconds since 1970 UTC. */
  timestamps: number[];
  values: number[];
}

/** Return series, run by run and of each run key by key; those without a point are left out. */
export async function fetchSeries(request: SeriesRequest, options?: Options): Promise<Series[]> {
  const reply = await post<{ series?: WireSeries[] }>("2.0/runyard/metrics/series", request, options);
  return (reply.series ?? []).map((series) => ({
    runId: series.run_id,
    key: series.key,
    total: series.total,
    steps: series.steps,
    timestamps: series.timestamps,
    values: series.values.map(readNumber),
  }));
}
