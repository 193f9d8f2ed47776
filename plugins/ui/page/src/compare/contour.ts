// Contours of a third value over two: straight between the nearest runs, and nothing where there are none.
//
// Between runs the value is linear within each triangle of a Delaunay triangulation, so that levels are straight lines
// through triangles: they are exact, where a grid laid over the triangles would blur them and fray at the border.

import Delaunator from "delaunator";

/** A run, or the mean of several at the same place; x and y from 0 to 1. */
export interface Sample {
  x: number;
  y: number;
  z: number;
}

/** Three samples, all triangles in the same sense of rotation. */
export type Triangle = readonly [Sample, Sample, Sample];

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

/** Return the triangles between samples, without those with a side longer than `FARTHEST`. */
export function triangulate(samples: readonly Sample[]): Triangle[] {
  const { triangles } = Delaunator.from(
    [...samples],
    ({ x }) => x,
    ({ y }) => y,
  );
  const found: Triangle[] = [];
  for (let i = 0; i < triangles.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map((corner) => samples[triangles[i + corner] ?? 0]);
    if (a && b && c && Math.max(distance(a, b), distance(b, c), distance(c, a)) <= FARTHEST) found.push([a, b, c]);
  }
  return found;
}

function distance(a: Sample, b: Sample): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Where a level lies: what is at or above it as polygons, and the line between as x1, y1, x2, y2, ... */
export interface Level {
  polygons: number[][];
  segments: number[];
}

/** Return where a level lies: triangles are cut where the level is on a straight line between two corners. */
export function march(triangles: readonly Triangle[], level: number): Level {
  const polygons: number[][] = [];
  const segments: number[] = [];
  for (const corners of triangles) {
    const polygon: number[] = [];
    const cuts: number[] = [];
    corners.forEach((a, i) => {
      const b = corners[(i + 1) % 3] ?? a;
      if (a.z >= level) polygon.push(a.x, a.y);
      if (a.z >= level === b.z >= level) return;
      const part = (level - a.z) / (b.z - a.z);
      const cut = [a.x + part * (b.x - a.x), a.y + part * (b.y - a.y)];
      polygon.push(...cut);
      cuts.push(...cut);
    });
    if (polygon.length) polygons.push(polygon);
    segments.push(...cuts); // none or two
  }
  return { polygons, segments };
}
