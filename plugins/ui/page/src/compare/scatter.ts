// Scatter plots: a run is a point; and the Pareto front of two metrics.

import type { Goal } from "../runs/view";
import type { Column } from "./column";
import { type Area, areaOf, drawFrame, drawLegend, type Ink, LEGEND, pixelX, pixelY, type Size } from "./frame";
import type { Pen } from "./pen";

export interface ScatterDrawing {
  x: Column;
  y: Column;
  colors: readonly string[];
  color: Column | undefined;
  size: Column | undefined;
  /** The runs on the Pareto front, in the order of x. */
  front: readonly number[];
  goals: readonly Goal[];
}

/** Return the runs that no other one is better than in both, or as good in one and better in the other. */
export function paretoFront(x: readonly number[], y: readonly number[], goals: readonly Goal[]): number[] {
  const [signX, signY] = goals.map((goal) => (goal === "minimize" ? 1 : -1));
  const costX = (i: number) => (x[i] ?? NaN) * (signX ?? 1);
  const costY = (i: number) => (y[i] ?? NaN) * (signY ?? 1);
  const order = x.map((_, i) => i).filter((i) => Number.isFinite(costX(i)) && Number.isFinite(costY(i)));
  order.sort((a, b) => costX(a) - costX(b) || costY(a) - costY(b));
  const front: number[] = [];
  for (const i of order) {
    const last = front.at(-1);
    const isTwin = last !== undefined && costX(last) === costX(i) && costY(last) === costY(i);
    if (last === undefined || costY(i) < costY(last) || isTwin) front.push(i);
  }
  return signX === -1 ? front.reverse() : front;
}

/** Return how large the point of a run is. */
export function radiusOf(size: Column | undefined, run: number, runs: number): number {
  if (!size) return runs > 500 ? 3.2 : 4.5;
  const place = size.places[run] ?? NaN;
  return Number.isNaN(place) ? 2 : Math.sqrt(9 + Math.min(1, Math.max(0, place)) * 130);
}

/** Return where a run is; NaN where it has no place. */
export function pointOf(area: Area, x: Column, y: Column, run: number): [number, number] {
  return [pixelX(area, x.places[run] ?? NaN), pixelY(area, y.places[run] ?? NaN)];
}

/** Draw points, large ones below small ones, and the front. */
export function drawScatter(
  pen: Pen,
  size: Size,
  ink: Ink,
  { x, y, colors, color, size: sizes, front, goals }: ScatterDrawing,
  more: (count: number) => string,
): void {
  const area = areaOf(size, y, color !== undefined);
  drawFrame(pen, area, ink, x, y);
  if (front.length > 1)
    pen.line(
      stairs(
        front.map((i) => pointOf(area, x, y, i)),
        goals,
      ),
      ink.accent,
      1.6,
      1,
      [5, 4],
    );
  const runs = x.values.length;
  const order = x.values.map((_, i) => i);
  if (sizes) order.sort((a, b) => radiusOf(sizes, b, runs) - radiusOf(sizes, a, runs));
  const onFront = new Set(front);
  for (const i of order) {
    const [left, top] = pointOf(area, x, y, i);
    if (Number.isNaN(left) || Number.isNaN(top)) continue;
    const isOn = onFront.has(i);
    pen.circle(left, top, radiusOf(sizes, i, runs), {
      fill: colors[i] ?? ink.quiet,
      stroke: isOn ? ink.text : ink.ground,
      width: isOn ? 1.6 : 0.7,
      alpha: isOn || runs < 200 ? 0.9 : 0.75,
    });
  }
  if (color) drawLegend(pen, size.width - LEGEND + 12, area.top, area.height, ink, color, more);
}

/** Return the border of what the front is better than: steps, for between two runs there is no run. */
function stairs(points: readonly [number, number][], goals: readonly Goal[]): number[] {
  const line: number[] = [];
  points.forEach(([x, y], i) => {
    const before = points[i - 1];
    // the corner is where both are worse
    if (before) line.push(...(goals[0] === "minimize" ? [x, before[1]] : [before[0], y]));
    line.push(x, y);
  });
  return line;
}

/** Return the run whose point is nearest to a pixel, of those within a few pixels of it. */
export function nearestPoint(area: Area, x: Column, y: Column, left: number, top: number): number | undefined {
  let best: number | undefined;
  let least = 14 ** 2;
  for (let i = 0; i < x.places.length; i++) {
    const [px, py] = pointOf(area, x, y, i);
    const distance = (px - left) ** 2 + (py - top) ** 2;
    if (!(distance < least)) continue; // a run without a place is at no distance
    least = distance;
    best = i;
  }
  return best;
}
