// How box plots are drawn: groups below each other, so that their names can be read.

import { type Box, type Group, jitter } from "./box";
import { colorAt } from "../runs/colors";
import type { Column } from "./column";
import type { Ink, Size } from "./frame";
import { fit, type Pen, textWidth } from "./pen";

export interface BoxDrawing {
  y: Column;
  /** The name of what runs are grouped by. */
  group: string;
  groups: readonly Group[];
  /** The ids of all runs. */
  ids: readonly string[];
}

const TOP = 28;
const BOTTOM = 46;
const MOST_LABEL = 190;

/** Return how high a drawing of so many groups is. */
export function boxHeight(groups: number): number {
  return TOP + BOTTOM + Math.max(1, groups) * Math.max(34, Math.min(84, 360 / Math.max(1, groups)));
}

interface Rows {
  left: number;
  width: number;
  /** The height of a group. */
  step: number;
}

function rowsOf({ groups }: BoxDrawing, size: Size): Rows {
  const labels = groups.map(({ label }) => Math.min(MOST_LABEL, textWidth(label, 12)));
  const left = 36 + Math.max(50, ...labels);
  return { left, width: size.width - left - 24, step: (size.height - TOP - BOTTOM) / Math.max(1, groups.length) };
}

/** Draw boxes, whiskers, points and the axis. */
export function drawBoxes(pen: Pen, size: Size, ink: Ink, drawing: BoxDrawing): void {
  const { y, groups } = drawing;
  const { left, width, step } = rowsOf(drawing, size);
  const bottom = size.height - BOTTOM;
  const pixel = (value: number) => left + y.scale.place(value) * width;
  pen.text(left - 10, TOP - 14, fit(drawing.group, left - 20, 12), {
    color: ink.text,
    align: "end",
    size: 12,
    bold: true,
  });
  for (const { place, label } of y.scale.ticks(width / 90)) {
    const at = left + place * width;
    pen.line([at, TOP, at, bottom], ink.line, 1, 0.7);
    pen.text(at, bottom + 13, label, { color: ink.quiet, align: "middle" });
  }
  pen.line([left, TOP, left, bottom, left + width, bottom], ink.quiet);
  pen.text(left + width / 2, bottom + 34, y.label, { color: ink.text, align: "middle", size: 12 });
  groups.forEach((group, i) => {
    const middle = TOP + (i + 0.5) * step;
    pen.text(left - 10, middle - 6, fit(group.label, MOST_LABEL, 12), { color: ink.text, align: "end", size: 12 });
    pen.text(left - 10, middle + 8, `n = ${group.box.count}`, { color: ink.quiet, align: "end", size: 10.5 });
    const color = colorAt(i);
    const alpha = Math.max(0.25, Math.min(0.75, 9 / Math.sqrt(group.runs.length + 1)));
    drawBox(pen, group.box, pixel, middle, Math.min(40, step * 0.56), color, ink);
    for (const run of group.runs) {
      const at = pointAt(drawing, size, run, i);
      if (at) pen.circle(at[0], at[1], 2.8, { fill: color, alpha });
    }
  });
}

function drawBox(
  pen: Pen,
  box: Box,
  pixel: (value: number) => number,
  middle: number,
  height: number,
  color: string,
  ink: Ink,
): void {
  const [low, q1, median, q3, high, mean] = [box.low, box.q1, box.median, box.q3, box.high, box.mean].map(pixel) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const half = height / 2;
  pen.segments([low, middle, q1, middle, q3, middle, high, middle], ink.quiet, 1.2);
  pen.segments([low, middle - 5, low, middle + 5, high, middle - 5, high, middle + 5], ink.quiet, 1.2);
  pen.rect(q1, middle - half, Math.max(1, q3 - q1), height, { fill: color, alpha: 0.22 });
  pen.rect(q1, middle - half, Math.max(1, q3 - q1), height, { stroke: color, width: 1.4 });
  pen.line([median, middle - half, median, middle + half], ink.text, 2);
  if (Number.isNaN(mean)) return; // a logarithmic scale has no place for it
  pen.polygons([[mean - 4.5, middle, mean, middle - 4.5, mean + 4.5, middle, mean, middle + 4.5]], {
    fill: ink.ground,
    stroke: ink.text,
  });
}

/** Return where the point of a run is; nothing if it is in no group. */
export function pointAt(
  drawing: BoxDrawing,
  size: Size,
  run: number,
  index = drawing.groups.findIndex(({ runs }) => runs.includes(run)),
): readonly [number, number] | undefined {
  const { left, width, step } = rowsOf(drawing, size);
  if (index < 0) return undefined;
  const middle = TOP + (index + 0.5) * step;
  const spread = Math.min(26, step * 0.36);
  return [left + (drawing.y.places[run] ?? NaN) * width, middle + jitter(drawing.ids[run] ?? "") * spread];
}

/** Return the run whose point is nearest to a pixel, of those within a few pixels of it. */
export function nearestBoxPoint(drawing: BoxDrawing, size: Size, x: number, y: number): number | undefined {
  const { step } = rowsOf(drawing, size);
  const index = Math.floor((y - TOP) / step);
  let best: number | undefined;
  let least = 10 ** 2;
  for (const run of drawing.groups[index]?.runs ?? []) {
    const [left, top] = pointAt(drawing, size, run, index) ?? [NaN, NaN];
    const distance = (left - x) ** 2 + (top - y) ** 2;
    if (!(distance < least)) continue; // a run without a place is at no distance
    least = distance;
    best = run;
  }
  return best;
}
