// What a chart shows: lines, bands and marks, made of series.

import type { Series } from "../api/series";
import { type Spread, summarize } from "./bands";
import { type Axis, type Extent, makeAxis, NOTHING, widen, withoutOutliers } from "./scales";
import { smooth, type Smoothing } from "./smoothing";
import type { CardState, XKind } from "./state";

/** A series with what it is of. */
export interface Item {
  runId: string;
  /** The run's name. */
  name: string;
  color: string;
  /** When the run began, in milliseconds since 1970 UTC. */
  startTime: number | null;
  /** The group it is in, where runs are grouped. */
  group: string | undefined;
  key: string;
  series: Series;
}

/** How figures are made. */
export interface FigureOptions {
  x: XKind;
  smoothing: Smoothing;
  isGrouped: boolean;
  spread: Spread;
  /** The colours of groups. */
  colorOfGroup: (group: string) => string;
}

/** A line. */
export interface Line {
  /** Nothing where the line is of a group. */
  runId: string | undefined;
  label: string;
  key: string;
  color: string;
  /** Which of the chart's metrics it is of; lines of different ones are dashed differently. */
  style: number;
  /** Ascending. */
  x: Float64Array;
  y: Float64Array;
  /** The line as it is, drawn faintly behind a smooth one. */
  raw: Float64Array | undefined;
  /** The spread around it, where the line is of a group. */
  band: { low: Float64Array; high: Float64Array } | undefined;
  /** How many runs are in it. */
  runs: number;
  /** Of each point; none where the line is of a group. */
  points: { steps: readonly number[]; timestamps: readonly number[] } | undefined;
}

/** A value that has no place on a y axis. */
export interface Mark {
  kind: "nan" | "high" | "low";
  x: number;
  color: string;
  runId: string;
}

/** What a chart shows. */
export interface Figure {
  lines: readonly Line[];
  marks: readonly Mark[];
  /** The first and the last x. */
  extent: Extent;
  /** How many points are drawn, and how many there are. */
  shown: number;
  total: number;
}

/** Return a figure of series; `keys` are the chart's metrics, in order. */
export function makeFigure(items: readonly Item[], keys: readonly string[], options: FigureOptions): Figure {
  const lines: Line[] = [];
  const marks: Mark[] = [];
  let extent = NOTHING;
  let [shown, total] = [0, 0];
  const groups = new Map<string, { item: Item; lines: Line[] }>();
  for (const item of items) {
    const { x, y, points } = pointsOf(item, options.x);
    const label = keys.length > 1 ? `${item.name} · ${item.key}` : item.name;
    const { runId, key, color, series } = item;
    const style = Math.max(0, keys.indexOf(key));
    const line = { runId, key, color, style, label, x, y, raw: undefined, band: undefined, runs: 1, points };
    shown += y.length;
    total += Math.max(series.total, y.length);
    extent = widen(extent, x, false);
    if (options.isGrouped) {
      const group = item.group ?? "";
      const id = JSON.stringify([group, key]);
      const found = groups.get(id) ?? { item: { ...item, color: options.colorOfGroup(group) }, lines: [] };
      found.lines.push(line);
      groups.set(id, found);
      marks.push(...marksOf(line, options.colorOfGroup(group)));
    } else {
      const smoothed = smooth(x, y, options.smoothing);
      lines.push(smoothed === y ? line : { ...line, y: smoothed, raw: y });
      marks.push(...marksOf(line, color));
    }
  }
  for (const { item, lines: members } of groups.values()) lines.push(lineOfGroup(item, members, keys, options));
  return { lines, marks, extent, shown, total };
}

function lineOfGroup(item: Item, members: readonly Line[], keys: readonly string[], options: FigureOptions): Line {
  const { x, mean, low, high } = summarize(members, options.spread);
  const smoothed = smooth(x, mean, options.smoothing);
  const group = item.group ?? "";
  return {
    runId: undefined,
    label: keys.length > 1 ? `${group} · ${item.key}` : group,
    key: item.key,
    color: item.color,
    style: Math.max(0, keys.indexOf(item.key)),
    x,
    y: smoothed,
    raw: smoothed === mean ? undefined : mean,
    band: options.spread === "none" ? undefined : { low, high },
    runs: members.length,
    points: undefined,
  };
}

/** Return a series' points as they are drawn, in the order of x. */
function pointsOf({ series, startTime }: Item, kind: XKind): Pick<Line, "x" | "y" | "points"> {
  const { steps, timestamps, values } = series;
  if (kind === "step") return { x: Float64Array.from(steps), y: Float64Array.from(values), points: series };
  const begin = kind === "time" ? 0 : beginOf(series, startTime);
  const x = Float64Array.from(timestamps, (time) => time - begin);
  if (x.every((at, i) => i === 0 || at >= (x[i - 1] ?? 0))) return { x, y: Float64Array.from(values), points: series };
  const order = Array.from(x.keys()).sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  const pick = (column: ArrayLike<number>) => order.map((i) => column[i] ?? NaN);
  return {
    x: Float64Array.from(pick(x)),
    y: Float64Array.from(pick(values)),
    points: { steps: pick(steps), timestamps: pick(timestamps) },
  };
}

/** Return when relative time is 0, in milliseconds since 1970 UTC. */
export function beginOf(series: Series, startTime: number | null): number {
  return startTime ?? series.timestamps[0] ?? 0;
}

function marksOf({ x, y, runId }: Line, color: string): Mark[] {
  const marks: Mark[] = [];
  for (let i = 0; i < y.length; i++) {
    const value = y[i] ?? 0;
    if (Number.isFinite(value)) continue;
    const kind = Number.isNaN(value) ? "nan" : value > 0 ? "high" : "low";
    marks.push({ kind, x: x[i] ?? 0, color, runId: runId ?? "" });
  }
  return marks;
}

/** The axes of a figure, with what they leave out. */
export interface Frame {
  x: Axis;
  y: Axis;
  /** How many points within the shown part of the x axis are outside of the y axis. */
  outside: number;
  /** How many points have no place on a logarithmic axis, being zero or less. */
  impossible: number;
}

/** Return the axes on which a figure is drawn. */
export function frameOf(figure: Figure, kind: XKind, isLogX: boolean, card: CardState): Frame {
  const isLog = isLogX && kind !== "time";
  const ends = card.zoom ?? figure.lines.reduce((found, { x }) => widen(found, x, isLog), NOTHING);
  const unit = kind === "step" ? "number" : kind === "time" ? "time" : "length";
  const xAxis = makeAxis(ends[0], ends[1], isLog, unit);
  const [start, end] = isLog ? [10 ** xAxis.min, 10 ** xAxis.max] : [xAxis.min, xAxis.max];
  const isLogY = card.isLogY ?? false;
  const values: number[] = [];
  let extent = NOTHING;
  let impossible = 0;
  for (const { x, y, raw, band } of figure.lines) {
    const [from, to] = between(x, start, end);
    for (const column of [y, raw, band?.low, band?.high]) {
      if (column) extent = widen(extent, column, isLogY, from, to);
    }
    const drawn = raw ?? y;
    for (let i = from; i < to; i++) {
      const value = drawn[i] ?? NaN;
      if (!Number.isFinite(value)) continue;
      if (isLogY && value <= 0) impossible += 1;
      else values.push(value);
    }
    if (isLog) for (const at of x) if (at <= 0) impossible += 1;
  }
  if (card.ignoresOutliers) extent = withoutOutliers(Float64Array.from(values).sort());
  const room = card.yRange ? 0 : 0.04;
  const [low, high] = [card.yRange?.[0] ?? extent[0], card.yRange?.[1] ?? extent[1]];
  const y = makeAxis(Math.min(low, high), Math.max(low, high), isLogY, "number", room);
  const [least, most] = isLogY ? [10 ** y.min, 10 ** y.max] : [y.min, y.max];
  const outside = values.reduce((count, value) => count + Number(value < least || value > most), 0);
  return { x: xAxis, y, outside, impossible };
}

/** Return the first index of ascending numbers at or after a start, and the first after an end. */
export function between(x: ArrayLike<number>, start: number, end: number): [from: number, to: number] {
  return [search(x, (at) => at >= start), search(x, (at) => at > end)];
}

function search(x: ArrayLike<number>, isBeyond: (at: number) => boolean): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBeyond(x[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A point of a line near to a place. */
export interface Near {
  line: Line;
  index: number;
}

/** Return the point of a line whose x is nearest; nothing before its beginning or after its end, by more than `reach`. */
export function nearest(line: Line, x: number, reach: number): Near | undefined {
  const [next] = between(line.x, x, x);
  const before = next - 1;
  const distance = (i: number) => Math.abs((line.x[i] ?? Infinity) - x);
  const index = before >= 0 && distance(before) <= distance(next) ? before : next;
  if (index >= line.x.length) return undefined;
  const isInside = before >= 0 && next < line.x.length;
  return isInside || distance(index) <= reach ? { line, index } : undefined;
}
