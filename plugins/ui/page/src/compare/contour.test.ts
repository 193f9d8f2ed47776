import { expect, test } from "vitest";

import { march, mergeSamples, type Sample, type Triangle, triangulate } from "./contour";

function areaOf(polygon: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < polygon.length; i += 2) {
    const [x1 = 0, y1 = 0] = polygon.slice(i, i + 2);
    const [x2 = 0, y2 = 0] = i + 2 < polygon.length ? polygon.slice(i + 2, i + 4) : polygon.slice(0, 2);
    sum += x1 * y2 - x2 * y1;
  }
  return sum / 2;
}

const at = (x: number, y: number, z: number): Sample => ({ x, y, z });
const total = (polygons: readonly number[][]) => polygons.reduce((sum, polygon) => sum + Math.abs(areaOf(polygon)), 0);

test("runs at the same place count as one with their mean; those without a number do not count", () => {
  expect(mergeSamples([at(0, 0, 1), at(0, 0, 3), at(1, 0, 5), at(NaN, 0, 5), at(1, 1, NaN)])).toEqual([
    at(0, 0, 2),
    at(1, 0, 5),
  ]);
});

test("triangles cover all between the runs, turned the same way", () => {
  const samples = [];
  for (let i = 0; i <= 10; i++) for (let j = 0; j <= 10; j++) samples.push(at(i / 10, j / 10, 0));
  const areas = triangulate(samples).map((corners) => areaOf(corners.flatMap(({ x, y }) => [x, y])));
  expect(areas.reduce((sum, area) => sum + Math.abs(area), 0)).toBeCloseTo(1);
  expect(new Set(areas.map(Math.sign)).size).toBe(1);
});

test("runs far apart say nothing about what is between them", () => {
  expect(triangulate([at(0, 0, 0), at(1, 0, 0), at(0, 1, 0)])).toEqual([]);
});

test("runs in one line, or fewer than three, span nothing", () => {
  expect(triangulate([])).toEqual([]);
  expect(triangulate([0, 0.25, 0.5].map((x) => at(x, x, x)))).toEqual([]);
});

test("a level of a plane is a straight line through all triangles", () => {
  const samples = [at(0, 0, 0), at(0.5, 0, 0.5), at(0, 0.5, 0), at(0.5, 0.5, 0.5), at(0.2, 0.3, 0.2)];
  const { polygons, segments } = march(triangulate(samples), 0.1);
  expect(segments.length % 4).toBe(0);
  for (let i = 0; i < segments.length; i += 2) expect(segments[i]).toBeCloseTo(0.1);
  expect(total(polygons)).toBeCloseTo(0.4 * 0.5);
});

test("a triangle is above a level as a whole, in part, or not at all", () => {
  const triangle: Triangle = [at(0, 0, 1), at(0.5, 0, 0), at(0, 0.5, 0)];
  expect(march([triangle], -Infinity)).toEqual({ polygons: [[0, 0, 0.5, 0, 0, 0.5]], segments: [] });
  expect(march([triangle], 0.5)).toEqual({ polygons: [[0, 0, 0.25, 0, 0, 0.25]], segments: [0.25, 0, 0, 0.25] });
  expect(march([triangle], 2)).toEqual({ polygons: [], segments: [] });
});
