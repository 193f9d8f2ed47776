// Runs for unit tests.

import type { ChartedRun } from "../runs/model";

/** What tests say of a run; the rest does not matter to them. */
export interface Told {
  name?: string;
  params?: Record<string, string>;
  tags?: Record<string, string>;
  metrics?: Record<string, number>;
  times?: readonly [number, number];
}

/** Return runs `r0`, `r1`, ... */
export function rowsOf(told: readonly Told[]): ChartedRun[] {
  return told.map(({ name = "", params = {}, tags = {}, metrics = {}, times }, i) => ({
    color: "#123456",
    row: {
      runId: `r${i}`,
      name,
      experimentId: "1",
      user: "ana",
      status: "FINISHED",
      startTime: times?.[0] ?? null,
      endTime: times?.[1] ?? null,
      isDeleted: false,
      parentRunId: null,
      childCount: 0,
      datasets: [],
      params,
      tags,
      metrics: Object.fromEntries(
        Object.entries(metrics).map(([key, value]) => [
          key,
          { latest: value, minimum: value - 1, maximum: value + 1, step: 0 },
        ]),
      ),
    },
  }));
}
