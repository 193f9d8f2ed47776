// Smooth lines through noisy ones. What is not finite is a gap in the smooth line, and has no part in what follows.

/** A way of smoothing. */
export type Method = "ema" | "weighted";

/** How lines are smoothed: not at all with an amount of 0, ever more towards 1. */
export interface Smoothing {
  method: Method;
  amount: number;
}

/** Return a line smoothed; the line itself if it is not. */
export function smooth(x: ArrayLike<number>, y: Float64Array, { method, amount }: Smoothing): Float64Array {
  if (amount <= 0) return y;
  return method === "ema" ? movingAverage(y, amount) : weightedAverage(x, y, amount);
}

/**
 * Return the exponential moving average, in which each number counts `weight` times as much as the one after it.
 *
 * The sum is divided by the weights it is made of, so that the beginning is not drawn to zero.
 */
export function movingAverage(values: ArrayLike<number>, weight: number): Float64Array {
  return average(values, weight, () => weight);
}

/**
 * Return the exponential moving average by distance: over the mean distance of two points a number loses as much weight
 * as it loses with each number in `movingAverage`. Points that stand close together do not count more for it.
 */
export function weightedAverage(x: ArrayLike<number>, values: ArrayLike<number>, weight: number): Float64Array {
  const length = values.length;
  const mean = ((x[length - 1] ?? 0) - (x[0] ?? 0)) / Math.max(1, length - 1);
  if (!(mean > 0)) return movingAverage(values, weight);
  return average(values, weight, (i, before) => weight ** (((x[i] ?? 0) - (x[before] ?? 0)) / mean));
}

function average(
  values: ArrayLike<number>,
  first: number,
  weightOf: (i: number, before: number) => number,
): Float64Array {
  const smoothed = new Float64Array(values.length);
  let sum = 0;
  let weights = 0;
  let before = -1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (!Number.isFinite(value)) {
      smoothed[i] = NaN;
      continue;
    }
    const kept = before < 0 ? first : weightOf(i, before);
    sum = kept * sum + (1 - kept) * value;
    weights = kept * weights + (1 - kept);
    smoothed[i] = sum / weights;
    before = i;
  }
  return smoothed;
}
