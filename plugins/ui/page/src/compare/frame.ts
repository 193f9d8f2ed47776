// The frame of a plot with two axes: where it is, its ticks and names, and the legend of its colours.

import { colorAt } from "../runs/colors";
import { rampColor } from "./color";
import { fit, type Pen, textWidth } from "./pen";
import type { Scale } from "./scale";

/** The colours of the page. */
export interface Ink {
  ground: string;
  text: string;
  quiet: string;
  line: string;
  accent: string;
  isDark: boolean;
}

export interface Size {
  width: number;
  height: number;
}

/** An axis, and what is written at it. */
export interface Axis {
  scale: Scale;
  label: string;
}

/** Where values are drawn. */
export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The room a legend takes, with its distance to the plot. */
export const LEGEND = 132;
const MOST_ENTRIES = 14;

/** Return where values are drawn, beside ticks, names and a legend. */
export function areaOf({ width, height }: Size, y: Axis, hasLegend: boolean): Area {
  const labels = y.scale.ticks(height / 60).map(({ label }) => textWidth(fit(label, 130)));
  const left = 34 + Math.max(16, ...labels);
  return { left, top: 14, width: Math.max(40, width - left - (hasLegend ? LEGEND : 18)), height: height - 62 };
}

/** Return the pixel of a place on the x axis. */
export function pixelX(area: Area, place: number): number {
  return area.left + place * area.width;
}

/** Return the pixel of a place on the y axis. */
export function pixelY(area: Area, place: number): number {
  return area.top + (1 - place) * area.height;
}

/** Draw grid, ticks and names of two axes. */
export function drawFrame(pen: Pen, area: Area, ink: Ink, x: Axis, y: Axis): void {
  const bottom = area.top + area.height;
  const right = area.left + area.width;
  let free = -Infinity;
  for (const { place, label } of x.scale.ticks(area.width / 90)) {
    const at = pixelX(area, place);
    pen.line([at, area.top, at, bottom], ink.line, 1, 0.7);
    const text = fit(label, 110);
    const half = textWidth(text) / 2;
    if (at - half < free) continue; // names that would stand on each other
    pen.text(at, bottom + 13, text, { color: ink.quiet, align: "middle" });
    free = at + half + 6;
  }
  for (const { place, label } of y.scale.ticks(area.height / 50)) {
    const at = pixelY(area, place);
    pen.line([area.left, at, right, at], ink.line, 1, 0.7);
    pen.text(area.left - 6, at, fit(label, 130), { color: ink.quiet, align: "end" });
  }
  pen.line([area.left, area.top, area.left, bottom, right, bottom], ink.quiet);
  pen.text(area.left + area.width / 2, bottom + 34, fit(x.label, area.width, 12), {
    color: ink.text,
    align: "middle",
    size: 12,
  });
  pen.text(12, area.top + area.height / 2, fit(y.label, area.height, 12), {
    color: ink.text,
    align: "middle",
    size: 12,
    isUpright: true,
  });
}

/** Draw what colours mean, from a place to the right and below; `more` tells of categories that have no room. */
export function drawLegend(
  pen: Pen,
  left: number,
  top: number,
  height: number,
  ink: Ink,
  { scale, label }: Axis,
  more: (count: number) => string,
): void {
  const width = LEGEND - 24;
  pen.text(left, top + 6, fit(label, width), { color: ink.text, bold: true });
  if (scale.kind === "category") {
    const most = Math.max(1, Math.min(MOST_ENTRIES, Math.floor((height - 36) / 18)));
    scale.categories.slice(0, most).forEach((category, i) => {
      pen.circle(left + 5, top + 26 + i * 18, 4.5, { fill: colorAt(i) });
      pen.text(left + 16, top + 26 + i * 18, fit(category, width - 16), { color: ink.quiet });
    });
    const rest = scale.categories.length - most;
    if (rest > 0) pen.text(left + 16, top + 26 + most * 18, more(rest), { color: ink.quiet });
    return;
  }
  const bar = Math.min(160, height - 40);
  const steps = 40;
  for (let i = 0; i < steps; i++) {
    const step = bar / steps;
    pen.rect(left, top + 22 + bar - (i + 1) * step, 12, step + 0.5, { fill: rampColor(i / (steps - 1), ink.isDark) });
  }
  for (const tick of scale.ticks(5)) {
    if (tick.place < -0.001 || tick.place > 1.001) continue;
    const at = top + 22 + (1 - tick.place) * bar;
    pen.line([left + 12, at, left + 16, at], ink.quiet);
    pen.text(left + 20, at, tick.label, { color: ink.quiet });
  }
}
