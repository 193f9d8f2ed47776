// Parallel coordinates: an axis beside the other for each field, and a line through all of them for each run.

import { type Brush, isInside } from "./brush";
import type { Column } from "./column";
import { drawLegend, type Ink, LEGEND, type Size } from "./frame";
import { fit, HAIRLINE, type Pen } from "./pen";

/** Where the axes are. */
export interface Layout {
  xs: readonly number[];
  /** The ends of the axes. */
  top: number;
  bottom: number;
  /** Where the lines of runs go that have no place on an axis. */
  missing: number;
  gap: number;
  legend: number;
}

/** The room above the axes for their names. */
export const HEAD = 62;
const SIDE = 76;
/** So many lines are drawn wider than a hair at most. */
const FEW = 150;
/** An axis has so much room at least; more axes are scrolled. */
const LEAST_GAP = 116;

/** Return the width that so many axes need. */
export function leastWidth(axes: number, hasLegend: boolean): number {
  return 2 * SIDE + Math.max(0, axes - 1) * LEAST_GAP + (hasLegend ? LEGEND : 0);
}

/** Return where the axes are. */
export function layoutOf({ width, height }: Size, axes: number, hasLegend: boolean): Layout {
  const end = width - (hasLegend ? LEGEND : 0);
  const gap = axes > 1 ? (end - 2 * SIDE) / (axes - 1) : 0;
  const xs = Array.from({ length: axes }, (_, i) => (axes > 1 ? SIDE + i * gap : end / 2));
  return { xs, top: HEAD, bottom: height - 40, missing: height - 16, gap, legend: end };
}

/** Return the pixel of a place on an axis. */
export function pixelOn(layout: Layout, place: number, isFlipped: boolean): number {
  if (Number.isNaN(place)) return layout.missing;
  return layout.top + (isFlipped ? place : 1 - place) * (layout.bottom - layout.top);
}

/** Return the place on an axis of a pixel. */
export function placeAt(layout: Layout, pixel: number, isFlipped: boolean): number {
  const part = Math.min(1, Math.max(0, (pixel - layout.top) / (layout.bottom - layout.top)));
  return isFlipped ? part : 1 - part;
}

/** Return which runs are inside of all brushes, as 1 and 0. */
export function insideOf(
  columns: readonly Column[],
  brushes: Readonly<Record<string, Brush>>,
  runs: number,
): Uint8Array {
  const inside = new Uint8Array(runs).fill(1);
  for (const { id, values } of columns) {
    const brush = brushes[id];
    if (!brush) continue;
    for (let i = 0; i < runs; i++) if (inside[i] && !isInside(values[i], brush)) inside[i] = 0;
  }
  return inside;
}

/** Return the points of a run's line: x, y, x, y, ... */
export function lineOf(
  columns: readonly Column[],
  flipped: ReadonlySet<string>,
  layout: Layout,
  run: number,
): number[] {
  return columns.flatMap(({ id, places }, i) => [
    layout.xs[i] ?? 0,
    pixelOn(layout, places[run] ?? NaN, flipped.has(id)),
  ]);
}

/** What is drawn. */
export interface ParallelDrawing {
  columns: readonly Column[];
  flipped: ReadonlySet<string>;
  inside: Uint8Array;
  /** The colour of each run. */
  colors: readonly string[];
  color: Column | undefined;
}

/** Draw the lines, those outside of the brushes faintly below the others, then the axes. */
export function drawParallel(
  pen: Pen,
  size: Size,
  ink: Ink,
  { columns, flipped, inside, colors, color }: ParallelDrawing,
  words: { missing: string; more: (count: number) => string },
  hasHeads: boolean,
): void {
  const layout = layoutOf(size, columns.length, color !== undefined);
  const count = inside.reduce((sum, each) => sum + each, 0);
  const outside = inside.length - count;
  const alpha = strength(count);
  if (columns.length > 1) {
    for (const [wanted, each] of [
      [0, ink.isDark ? 0.5 * strength(outside) : strength(outside)],
      [1, alpha],
    ] as const) {
      for (let i = 0; i < inside.length; i++) {
        if (inside[i] !== wanted) continue;
        const stroke = wanted ? (colors[i] ?? ink.quiet) : ink.line;
        pen.line(lineOf(columns, flipped, layout, i), stroke, inside.length > FEW ? HAIRLINE : 1.5, each);
      }
    }
  }
  columns.forEach((column, i) => {
    const x = layout.xs[i] ?? 0;
    const isFlipped = flipped.has(column.id);
    pen.line([x, layout.top, x, layout.bottom], ink.quiet, 1.2);
    if (column.places.some((place) => Number.isNaN(place))) {
      pen.line([x - 5, layout.missing, x + 5, layout.missing], ink.quiet, 1.2);
      pen.text(x - 8, layout.missing, words.missing, { color: ink.quiet, align: "end", halo: ink.ground });
    }
    for (const { place, label } of column.scale.ticks((layout.bottom - layout.top) / 56)) {
      const y = pixelOn(layout, place, isFlipped);
      pen.line([x - 4, y, x, y], ink.quiet);
      const room = Math.max(40, Math.min(layout.gap || 200, i ? 1000 : SIDE) - 14);
      pen.text(x - 7, y, fit(label, room), { color: ink.text, align: "end", halo: ink.ground });
    }
    if (hasHeads) {
      pen.text(x, layout.top - 22, fit(column.label, Math.max(70, layout.gap - 8), 12), {
        color: ink.text,
        align: "middle",
        size: 12,
        bold: true,
      });
    }
  });
  if (color) drawLegend(pen, layout.legend + 10, layout.top - 30, size.height - 60, ink, color, words.more);
}

/** Return how strong lines are, so that many of them still show where they are dense. */
function strength(lines: number): number {
  return Math.min(0.9, Math.max(0.22, 9 / Math.sqrt(lines + 1)));
}

/** Return the run whose line is nearest to a point, among those inside of the brushes; nothing farther than a few pixels. */
export function nearestLine(
  columns: readonly Column[],
  flipped: ReadonlySet<string>,
  inside: Uint8Array,
  layout: Layout,
  x: number,
  y: number,
): number | undefined {
  const next = layout.xs.findIndex((each) => each >= x);
  const right = next < 0 ? layout.xs.length - 1 : next;
  const left = Math.max(0, right - 1);
  const [a, b] = [columns[left], columns[right]];
  const [from = 0, to = 0] = [layout.xs[left], layout.xs[right]];
  if (!a || !b || x < from - 8 || x > to + 8) return undefined;
  const part = to > from ? Math.min(1, Math.max(0, (x - from) / (to - from))) : 0;
  let best: number | undefined;
  let least = 8;
  for (let i = 0; i < inside.length; i++) {
    if (!inside[i]) continue;
    const start = pixelOn(layout, a.places[i] ?? NaN, flipped.has(a.id));
    const end = pixelOn(layout, b.places[i] ?? NaN, flipped.has(b.id));
    const distance = Math.abs(start + part * (end - start) - y);
    if (distance >= least) continue;
    least = distance;
    best = i;
  }
  return best;
}

/** Return axes after one is moved to another place. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const item = items[from];
  if (item === undefined) return [...items];
  const rest = items.filter((_, i) => i !== from);
  return [...rest.slice(0, Math.max(0, to)), item, ...rest.slice(Math.max(0, to))];
}
