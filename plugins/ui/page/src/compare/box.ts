// Box plots: how the values of a metric lie in groups of runs.

import { compareTexts, type Value } from "./scale";

/** How values lie. */
export interface Box {
  count: number;
  /** Quartiles, linear between the two nearest values (as NumPy and R do unless told otherwise). */
  q1: number;
  median: number;
  q3: number;
  mean: number;
  /** The outermost values within 1.5 times the distance of the quartiles from these. */
  low: number;
  high: number;
}

/** Runs with the same value of a param or tag. */
export interface Group {
  label: string;
  /** Places in the list of runs. */
  runs: number[];
  box: Box;
}

/** Return a quantile of values in ascending order: linear between the two values around it. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** Return how finite values lie; nothing where there is none. */
export function boxOf(values: readonly number[]): Box | undefined {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  if (!sorted.length) return undefined;
  const [q1, median, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
  const reach = 1.5 * (q3 - q1);
  return {
    count: sorted.length,
    q1,
    median,
    q3,
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    // rounding may put a quartile just outside of all values
    low: Math.min(q1, sorted.find((value) => value >= q1 - reach) ?? q1),
    high: Math.max(q3, sorted.findLast((value) => value <= q3 + reach) ?? q3),
  };
}

/**
 * Return groups of runs in the order of their names, those without a name last.
 *
 * @param names What each run is grouped by.
 * @param values What is looked at; runs without a finite value are in no group.
 * @param none The name of those that lack one.
 * @param most So many groups, those of the most runs.
 */
export function groupsOf(
  names: readonly Value[],
  values: readonly number[],
  none: string,
  most: number,
): { groups: Group[]; total: number } {
  const byName = new Map<Value, number[]>();
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const members = byName.get(names[i]);
    if (members) members.push(i);
    else byName.set(names[i], [i]);
  });
  const largest = [...byName].sort((a, b) => b[1].length - a[1].length).slice(0, most);
  largest.sort(([a], [b]) => Number(a === undefined) - Number(b === undefined) || compareTexts(String(a), String(b)));
  const groups = largest.flatMap(([name, runs]) => {
    const box = boxOf(runs.map((i) => values[i] ?? NaN));
    return box ? [{ label: name === undefined ? none : String(name), runs, box }] : [];
  });
  return { groups, total: byName.size };
}

/** Return how far the point of a run is from the middle of its box, from -1 to 1: always the same, so that it can be found again. */
export function jitter(runId: string): number {
  let hash = 17;
  for (let i = 0; i < runId.length; i++) hash = Math.imul(hash ^ runId.charCodeAt(i), 0x01000193);
  return ((hash >>> 8) % 2001) / 1000 - 1;
}
