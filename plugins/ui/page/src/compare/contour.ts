// Contours of a third value over two: straight between the nearest runs, and nothing where there are none.

import Delaunator from "delaunator";

/** A run, or the mean of several at the same place; x and y from 0 to 1. */
export interface Sample {
  x: number;
  y: number;
  z: number;
}

/** Values at the nodes of a grid, row by row from its lowest y; NaN where nothing is known. */
export interface Grid {
  columns: number;
  rows: number;
  /** The first node, and the distances between two. */
  left: number;
  low: number;
  stepX: number;
  stepY: number;
  values: Float64Array;
}

/** Between runs farther from each other than this, as a part of the plot, nothing is guessed. */
export const FARTHEST = 0.6;

/** Return one sample for each place: of runs at the same place the mean. Samples that lack a number are left out. */
export function mergeSamples(samples: readonly Sample[]): Sample[] {
  const sums = new Map<string, Sample & { count: number }>();
  for (const { x, y, z } of samples) {
    if (!Number.isFinite(x + y + z)) continue;
    const place = `${x.toFixed(9)} ${y.toFixed(9)}`;
    const sum = sums.get(place) ?? { x, y, z: 0, count: 0 };
    sum.z += z;
    sum.count += 1;
    sums.set(place, sum);
  }
  return [...sums.values()].map(({ x, y, z, count }) => ({ x, y, z: z / count }));
}

/**
 * Return values on a grid from the first to the last sample, linear within each triangle of a Delaunay triangulation.
 *
 * Nodes outside of all triangles, and in those with a side longer than `FARTHEST`, are NaN. Nothing where the samples
 * span no triangle: fewer than three, or all in a line.
 */
export function interpolate(samples: readonly Sample[], columns: number, rows: number): Grid | undefined {
  const { triangles } = Delaunator.from(
    [...samples],
    ({ x }) => x,
    ({ y }) => y,
  );
  if (!triangles.length) return undefined;
  const [xs, ys] = [samples.map(({ x }) => x), samples.map(({ y }) => y)];
  const [left, low] = [Math.min(...xs), Math.min(...ys)];
  const [stepX, stepY] = [(Math.max(...xs) - left) / (columns - 1), (Math.max(...ys) - low) / (rows - 1)];
  const values = new Float64Array(columns * rows).fill(NaN);
  const grid: Grid = { columns, rows, left, low, stepX, stepY, values };
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((i) => samples[triangles[t + i] ?? 0]);
    if (a && b && c) fillTriangle(grid, a, b, c);
  }
  return grid;
}

function fillTriangle(grid: Grid, a: Sample, b: Sample, c: Sample): void {
  const longest = Math.max(distance(a, b), distance(b, c), distance(c, a));
  const area = (b.y - c.y) * (a.x - c.x) + (c.x - b.x) * (a.y - c.y);
  if (longest > FARTHEST || area === 0) return;
  const { columns, rows, left, low, stepX, stepY, values } = grid;
  const [firstColumn, lastColumn] = nodesBetween([a.x, b.x, c.x], left, stepX, columns);
  const [firstRow, lastRow] = nodesBetween([a.y, b.y, c.y], low, stepY, rows);
  for (let row = firstRow; row <= lastRow; row++) {
    const y = low + row * stepY;
    for (let column = firstColumn; column <= lastColumn; column++) {
      const x = left + column * stepX;
      const ofA = ((b.y - c.y) * (x - c.x) + (c.x - b.x) * (y - c.y)) / area;
      const ofB = ((c.y - a.y) * (x - c.x) + (a.x - c.x) * (y - c.y)) / area;
      const ofC = 1 - ofA - ofB;
      if (Math.min(ofA, ofB, ofC) >= -NEGLIGIBLE) values[row * columns + column] = ofA * a.z + ofB * b.z + ofC * c.z;
    }
  }
}

/** What sums of fractions may be off by. */
const NEGLIGIBLE = 1e-9;

/** Return the first and the last node of a grid between some places. */
function nodesBetween(places: readonly number[], first: number, step: number, count: number): [number, number] {
  const from = Math.ceil((Math.min(...places) - first) / step - NEGLIGIBLE);
  const to = Math.floor((Math.max(...places) - first) / step + NEGLIGIBLE);
  return [Math.max(0, from), Math.min(count - 1, to)];
}

function distance(a: Sample, b: Sample): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

type Point = readonly [x: number, y: number];

/** A corner of a cell of the grid. */
interface Corner {
  x: number;
  y: number;
  z: number;
}

/** Where a level lies on a grid: what is at or above it as polygons, and the line between as x1, y1, x2, y2, ... */
export interface Level {
  polygons: number[][];
  segments: number[];
}

/**
 * Return where a level lies, by marching squares: edges of the grid's cells are cut where the level is on a straight
 * line between two nodes. Of a cell with one node that nothing is known about, the triangle of the others is taken.
 */
export function march(grid: Grid, level: number): Level {
  const polygons: number[][] = [];
  const segments: number[] = [];
  for (let row = 0; row + 1 < grid.rows; row++) {
    let start = -1; // cells side by side that are all above become one polygon
    const end = (column: number) => {
      if (start >= 0) polygons.push(rectangle(grid, start, column, row));
      start = -1;
    };
    for (let column = 0; column + 1 < grid.columns; column++) {
      const corners = cornersOf(grid, column, row);
      if (corners.length === 4 && corners.every(({ z }) => z >= level)) {
        if (start < 0) start = column;
        continue;
      }
      end(column);
      if (corners.length < 3 || corners.every(({ z }) => z < level)) continue;
      const { inside, cuts } = cutCell(corners, level);
      polygons.push(...inside);
      segments.push(...cuts);
    }
    end(grid.columns - 1);
  }
  return { polygons, segments };
}

function rectangle({ left, low, stepX, stepY }: Grid, from: number, to: number, row: number): number[] {
  const [x1, x2] = [left + from * stepX, left + to * stepX];
  const [y1, y2] = [low + row * stepY, low + (row + 1) * stepY];
  return [x1, y1, x2, y1, x2, y2, x1, y2];
}

const AROUND = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
] as const;

/** Return the corners of a cell that something is known about, in the order around it. */
function cornersOf({ columns, left, low, stepX, stepY, values }: Grid, column: number, row: number): Corner[] {
  return AROUND.flatMap(([right, up]) => {
    const z = values[(row + up) * columns + column + right] ?? NaN;
    return Number.isNaN(z) ? [] : { x: left + (column + right) * stepX, y: low + (row + up) * stepY, z };
  });
}

/** Return what of a cell is above a level, and the lines that part it. */
function cutCell(corners: readonly Corner[], level: number): { inside: number[][]; cuts: number[] } {
  const outline: { point: Point; isCut: boolean }[] = [];
  corners.forEach((a, i) => {
    const b = corners[(i + 1) % corners.length] ?? a;
    if (a.z >= level) outline.push({ point: [a.x, a.y], isCut: false });
    if (a.z >= level !== b.z >= level) outline.push({ point: crossing(a, b, level), isCut: true });
  });
  const cuts = outline.filter(({ isCut }) => isCut).map(({ point }) => point);
  const whole = outline.flatMap(({ point }) => point);
  const [first, second, third, fourth] = cuts;
  if (!first || !second || !third || !fourth) return { inside: [whole], cuts: cuts.flat() };
  // two opposite corners are above: whether they hang together is told by the middle of the cell
  const isMiddleAbove = corners.reduce((sum, { z }) => sum + z, 0) / 4 >= level;
  const isFirstAbove = (corners[0]?.z ?? 0) >= level;
  const [one, other] = isFirstAbove ? [corners[0], corners[2]] : [corners[1], corners[3]];
  // lines go around the corners that are parted from the middle
  const cutOff =
    isFirstAbove === isMiddleAbove
      ? [...first, ...second, ...third, ...fourth]
      : [...second, ...third, ...fourth, ...first];
  if (isMiddleAbove) return { inside: [whole], cuts: cutOff };
  const tips = isFirstAbove
    ? [tip(one, fourth, first), tip(other, second, third)]
    : [tip(one, first, second), tip(other, third, fourth)];
  return { inside: tips, cuts: cutOff };
}

function tip(corner: Corner | undefined, from: Point, to: Point): number[] {
  return [...from, corner?.x ?? 0, corner?.y ?? 0, ...to];
}

function crossing(a: Corner, b: Corner, level: number): Point {
  const part = (level - a.z) / (b.z - a.z);
  return [a.x + part * (b.x - a.x), a.y + part * (b.y - a.y)];
}
