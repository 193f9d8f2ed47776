// Many lines as one: their mean, and how far they are spread around it.

import type { Extent } from "./scales";

/** What a band shows around a mean: from the smallest to the largest value, or one standard deviation to each side. */
export type Spread = "range" | "deviation" | "none";

/** A line by points; `x` ascends. */
export interface Curve {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

/** A mean line with a band. */
export interface Summary {
  x: Float64Array;
  mean: Float64Array;
  low: Float64Array;
  high: Float64Array;
}

/** As many places at most have a mean of their own. */
const PLACES = 500;

/**
 * Return the mean of lines with what is around it.
 *
 * Every place where a line has a point is a place of the mean. If there are too many of them, the axis is cut into even
 * pieces: what the mean is in the middle of a piece, and the largest and smallest of all points in it, so that no
 * extreme is lost. Between two points a line is straight; before its first and after its last one it has no part.
 * Numbers that are not finite have none either.
 */
export function summarize(curves: readonly Curve[], spread: Spread): Summary {
  const finite = curves.map(onlyFinite).filter(({ x }) => x.length > 0);
  const { centers, edges } = placesOf(finite);
  const size = centers.length;
  const [sums, squares, counts] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const [low, high] = [new Float64Array(size).fill(Infinity), new Float64Array(size).fill(-Infinity)];
  for (const { x, y } of finite) {
    let next = 0; // the first point after the middle of the piece
    let inside = 0; // the first point that is in no piece before
    for (let place = 0; place < size; place++) {
      const center = centers[place] ?? 0;
      const last = x.length - 1;
      let [least, most] = [Infinity, -Infinity];
      while (inside <= last && (x[inside] ?? 0) <= (edges[place] ?? 0)) {
        const value = y[inside++] ?? 0;
        if (value < least) least = value;
        if (value > most) most = value;
      }
      while (next <= last && (x[next] ?? 0) <= center) next += 1;
      if (next > 0 && center <= (x[last] ?? 0)) {
        const value = between(x, y, next, center);
        sums[place] = (sums[place] ?? 0) + value;
        squares[place] = (squares[place] ?? 0) + value * value;
        counts[place] = (counts[place] ?? 0) + 1;
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      low[place] = Math.min(low[place] ?? 0, least);
      high[place] = Math.max(high[place] ?? 0, most);
    }
  }
  const mean = sums.map((sum, i) => sum / (counts[i] ?? 0)); // NaN, a gap, where there is no line
  if (spread === "deviation") {
    for (let i = 0; i < size; i++) {
      const center = mean[i] ?? NaN;
      const deviation = Math.sqrt(Math.max(0, (squares[i] ?? 0) / (counts[i] ?? 0) - center * center));
      low[i] = center - deviation;
      high[i] = center + deviation;
    }
  }
  return { x: centers, mean, low, high };
}

function between(x: ArrayLike<number>, y: ArrayLike<number>, next: number, at: number): number {
  const [x0, y0] = [x[next - 1] ?? 0, y[next - 1] ?? 0];
  if (next >= x.length || at === x0) return y0;
  const [x1, y1] = [x[next] ?? 0, y[next] ?? 0];
  return y0 + ((at - x0) / (x1 - x0)) * (y1 - y0);
}

function onlyFinite({ x, y }: Curve): { x: number[]; y: number[] } {
  const kept: { x: number[]; y: number[] } = { x: [], y: [] };
  for (let i = 0; i < x.length; i++) {
    const value = y[i] ?? NaN;
    if (!Number.isFinite(value)) continue;
    kept.x.push(x[i] ?? 0);
    kept.y.push(value);
  }
  return kept;
}

/** Return where the mean is taken, and up to where the points belong to each place. */
function placesOf(curves: readonly { x: number[] }[]): { centers: Float64Array; edges: Float64Array } {
  const all = new Set<number>();
  let [low, high]: Extent = [Infinity, -Infinity];
  for (const { x } of curves) {
    for (const at of x) if (all.size <= PLACES) all.add(at);
    low = Math.min(low, x[0] ?? Infinity);
    high = Math.max(high, x.at(-1) ?? -Infinity);
  }
  if (all.size <= PLACES) {
    const centers = Float64Array.from(all).sort();
    return { centers, edges: centers };
  }
  const width = (high - low) / PLACES;
  const edges = Float64Array.from({ length: PLACES }, (_, i) => (i === PLACES - 1 ? high : low + (i + 1) * width));
  return { centers: edges.map((edge) => edge - width / 2), edges };
}
