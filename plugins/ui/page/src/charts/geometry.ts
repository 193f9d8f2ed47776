// Lines, bands and marks as paths, the same for the screen and for files.

import type { Figure, Frame, Line, Mark } from "./figure";
import { between } from "./figure";
import { placeOf } from "./scales";

/** What paths are drawn with; a `Path2D` is one. */
export interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  closePath(): void;
}

/** Writes paths as SVG has them. */
export class TextPen implements Pen {
  private readonly parts: string[] = [];

  moveTo(x: number, y: number): void {
    this.parts.push(`M${round(x)} ${round(y)}`);
  }

  lineTo(x: number, y: number): void {
    this.parts.push(`L${round(x)} ${round(y)}`);
  }

  closePath(): void {
    this.parts.push("Z");
  }

  toString(): string {
    return this.parts.join("");
  }
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Puts numbers at places of a rectangle whose upper left corner is 0, 0. */
export interface Projection {
  x: (value: number) => number;
  y: (value: number) => number;
  /** The first and the last x that are shown. */
  start: number;
  end: number;
}

/** Return how a frame's numbers are placed in a rectangle. */
export function project({ x, y }: Frame, width: number, height: number): Projection {
  const [perX, perY] = [width / (x.max - x.min), height / (y.max - y.min)];
  return {
    x: (value) => (placeOf(value, x.isLog) - x.min) * perX,
    y: (value) => (y.max - placeOf(value, y.isLog)) * perY,
    start: x.isLog ? 10 ** x.min : x.min,
    end: x.isLog ? 10 ** x.max : x.max,
  };
}

/** What is far outside is drawn this far outside, in pixels: canvases fail with huge numbers. */
const FAR = 20_000;

function clamp(value: number): number {
  return value < -FAR ? -FAR : value > FAR ? FAR : value;
}

/** Draw a line; where there is no number it has a gap, and a number between two gaps is a dot. */
export function drawLine(pen: Pen, xs: ArrayLike<number>, ys: ArrayLike<number>, at: Projection): void {
  const [first, end] = between(xs, at.start, at.end);
  let isDown = false;
  let isDot = false;
  let [lastX, lastY] = [0, 0];
  // one point more on each side: the line goes on beyond the edge
  for (let i = Math.max(0, first - 1); i < Math.min(xs.length, end + 1); i++) {
    const [x, y] = [clamp(at.x(xs[i] ?? NaN)), clamp(at.y(ys[i] ?? NaN))];
    if (Number.isNaN(x) || Number.isNaN(y) || !Number.isFinite(ys[i])) {
      if (isDot) pen.lineTo(lastX + 0.01, lastY);
      isDown = isDot = false;
    } else if (isDown) {
      pen.lineTo(x, y);
      isDot = false;
    } else {
      pen.moveTo(x, y);
      isDown = isDot = true;
    }
    [lastX, lastY] = [x, y];
  }
  if (isDot) pen.lineTo(lastX + 0.01, lastY);
}

/** Draw the area between two lines. On a logarithmic axis what is zero or less is at the lower edge. */
export function drawBand(
  pen: Pen,
  xs: ArrayLike<number>,
  band: { low: ArrayLike<number>; high: ArrayLike<number> },
  at: Projection,
  height: number,
): void {
  const [first, end] = between(xs, at.start, at.end);
  const piece: number[] = [];
  const close = () => {
    piece.forEach((i, place) => {
      const y = clamp(at.y(band.high[i] ?? 0));
      if (place === 0) pen.moveTo(clamp(at.x(xs[i] ?? 0)), y);
      else pen.lineTo(clamp(at.x(xs[i] ?? 0)), y);
    });
    for (const i of piece.reverse()) {
      const y = at.y(band.low[i] ?? 0);
      pen.lineTo(clamp(at.x(xs[i] ?? 0)), Number.isNaN(y) ? height : clamp(y));
    }
    if (piece.length > 0) pen.closePath();
    piece.length = 0;
  };
  for (let i = Math.max(0, first - 1); i < Math.min(xs.length, end + 1); i++) {
    const isGap = !Number.isFinite(band.high[i]) || !Number.isFinite(band.low[i]) || Number.isNaN(at.x(xs[i] ?? 0));
    if (isGap || Number.isNaN(at.y(band.high[i] ?? 0))) close();
    else piece.push(i);
  }
  close();
}

/** Half the size of a mark, in pixels. */
export const MARK = 3.5;

/** Draw what stands for a value without a place: a cross for NaN, triangles for infinities, at the edges. */
export function drawMark(pen: Pen, { kind, x: value }: Mark, at: Projection, height: number): void {
  const x = at.x(value);
  if (!Number.isFinite(x) || value < at.start || value > at.end) return;
  if (kind === "nan") {
    const y = height - MARK - 1;
    pen.moveTo(x - MARK, y - MARK);
    pen.lineTo(x + MARK, y + MARK);
    pen.moveTo(x - MARK, y + MARK);
    pen.lineTo(x + MARK, y - MARK);
    return;
  }
  const [edge, inside] = kind === "high" ? [1, 2 * MARK + 1] : [height - 1, height - 2 * MARK - 1];
  pen.moveTo(x, edge);
  pen.lineTo(x - MARK, inside);
  pen.lineTo(x + MARK, inside);
  pen.closePath();
}

/** Return whether points are so few that each is shown. */
export function hasDots(line: Line, at: Projection, width: number): boolean {
  const [first, end] = between(line.x, at.start, at.end);
  return end - first > 0 && width / (end - first) > 14;
}

/** Draw a dot at each point of a line. */
export function drawDots(pen: Pen, line: Line, at: Projection): void {
  const [first, end] = between(line.x, at.start, at.end);
  for (let i = first; i < end; i++) {
    const [x, y] = [at.x(line.x[i] ?? NaN), at.y((line.raw ?? line.y)[i] ?? NaN)];
    if (Number.isNaN(x) || Number.isNaN(y) || Math.abs(y) > FAR) continue;
    pen.moveTo(x, y);
    pen.lineTo(x + 0.01, y);
  }
}

/** How lines of the metrics of a chart are dashed. */
export const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3], [12, 4]];

/** Return how a line is dashed. */
export function dashOf(line: Pick<Line, "style">): readonly number[] {
  return DASHES[line.style % DASHES.length] ?? [];
}

/** How wide lines are: thinner where there are many. */
export function widthOf(figure: Figure): number {
  return figure.lines.length > 30 ? 1 : 1.5;
}
