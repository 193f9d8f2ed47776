// Series put together of what was fetched at different times: the whole in few points, finer pieces of it, and what came
// since.

import type { Series } from "../api/series";

/** The order of points in a series. */
function compare(a: Series, i: number, b: Series, j: number): number {
  const steps = (a.steps[i] ?? 0) - (b.steps[j] ?? 0);
  return steps === 0 ? (a.timestamps[i] ?? 0) - (b.timestamps[j] ?? 0) : steps;
}

/**
 * Return a series with what came since.
 *
 * @param known What is known.
 * @param newer All that there is now from the last known step on, or the server's choice of it.
 */
export function append(known: Series, newer: Series): Series {
  const from = newer.steps[0];
  if (from === undefined) return known;
  let end = known.steps.length;
  while (end > 0 && (known.steps[end - 1] ?? 0) >= from) end -= 1;
  const replaced = known.steps.length - end;
  return {
    runId: known.runId,
    key: known.key,
    total: known.total - replaced + newer.total,
    steps: [...known.steps.slice(0, end), ...newer.steps],
    timestamps: [...known.timestamps.slice(0, end), ...newer.timestamps],
    values: [...known.values.slice(0, end), ...newer.values],
  };
}

/** A part of a series, by steps or by timestamps, both ends included. */
export interface Range {
  by: "step" | "time";
  start: number;
  end: number;
}

/**
 * Return a series with the points of a finer one within a range, and its own outside of it.
 *
 * Points after the last one of the finer series came later than it, and stay.
 */
export function refine(whole: Series, finer: Series, range: Range): Series {
  const place = range.by === "step" ? whole.steps : whole.timestamps;
  const last = finer.steps.length - 1;
  if (last < 0) return whole;
  const kept: number[] = [];
  for (let i = 0; i < place.length; i++) {
    const at = place[i] ?? 0;
    if (at < range.start || at > range.end || compare(whole, i, finer, last) > 0) kept.push(i);
  }
  const merged: Series = { ...whole, steps: [], timestamps: [], values: [] };
  const take = (from: Series, i: number) => {
    merged.steps.push(from.steps[i] ?? 0);
    merged.timestamps.push(from.timestamps[i] ?? 0);
    merged.values.push(from.values[i] ?? NaN);
  };
  let next = 0;
  for (const i of kept) {
    while (next <= last && compare(finer, next, whole, i) <= 0) take(finer, next++);
    take(whole, i);
  }
  while (next <= last) take(finer, next++);
  return merged;
}

/**
 * Return a range by steps that has all points of a range by time, as far as the known points tell; the range itself if
 * times do not ascend with steps. A server finds steps without reading all points.
 */
export function bySteps({ steps, timestamps }: Series, range: Range): Range {
  if (range.by === "step") return range;
  if (timestamps.some((time, i) => i > 0 && time < (timestamps[i - 1] ?? 0))) return range;
  const before = timestamps.findLastIndex((time) => time < range.start);
  const after = timestamps.findIndex((time) => time > range.end);
  return {
    by: "step",
    start: steps[Math.max(0, before)] ?? 0,
    end: (after < 0 ? steps.at(-1) : steps[after]) ?? 0,
  };
}

/** Return whether a series has all its points. */
export function isComplete(series: Series): boolean {
  return series.values.length >= series.total;
}
