import { expect, test } from "vitest";

import { type Grid, interpolate, march, mergeSamples } from "./contour";

function gridOf(rows: readonly (readonly number[])[]): Grid {
  const columns = rows[0]?.length ?? 0;
  return { columns, rows: rows.length, left: 0, low: 0, stepX: 1, stepY: 1, values: Float64Array.from(rows.flat()) };
}

function areaOf(polygon: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < polygon.length; i += 2) {
    const [x1 = 0, y1 = 0] = polygon.slice(i, i + 2);
    const [x2 = 0, y2 = 0] = i + 2 < polygon.length ? polygon.slice(i + 2, i + 4) : polygon.slice(0, 2);
    sum += x1 * y2 - x2 * y1;
  }
  return Math.abs(sum) / 2;
}

const total = (polygons: readonly number[][]) => polygons.reduce((sum, polygon) => sum + areaOf(polygon), 0);

test("runs at the same place count as one with their mean; those without a number do not count", () => {
  expect(
    mergeSamples([
      { x: 0, y: 0, z: 1 },
      { x: 0, y: 0, z: 3 },
      { x: 1, y: 0, z: 5 },
      { x: NaN, y: 0, z: 5 },
      { x: 1, y: 1, z: NaN },
    ]),
  ).toEqual([
    { x: 0, y: 0, z: 2 },
    { x: 1, y: 0, z: 5 },
  ]);
});

test("a plane is interpolated exactly, and nothing is guessed outside of the runs", () => {
  const at = (x: number, y: number) => ({ x, y, z: 2 * x - y });
  const grid = interpolate([at(0.2, 0.2), at(0.6, 0.2), at(0.2, 0.6)], 5, 5);
  expect(grid).toBeDefined();
  if (!grid) return;
  for (let row = 0; row < 5; row++) {
    for (let column = 0; column < 5; column++) {
      const value = grid.values[row * 5 + column] ?? 0;
      const [x, y] = [0.2 + column * 0.1, 0.2 + row * 0.1];
      if (row + column <= 4) expect(value).toBeCloseTo(2 * x - y);
      else expect(value).toBeNaN();
    }
  }
});

test("runs far apart say nothing about what is between them", () => {
  const grid = interpolate(
    [
      { x: 0, y: 0, z: 0 },
      { x: 1, y: 0, z: 0 },
      { x: 0, y: 1, z: 0 },
    ],
    4,
    4,
  );
  expect(grid?.values.every((value) => Number.isNaN(value))).toBe(true);
});

test("runs in one line, or fewer than three, span nothing", () => {
  expect(interpolate([], 4, 4)).toBeUndefined();
  expect(
    interpolate(
      [0, 0.5, 1].map((x) => ({ x, y: x, z: x })),
      4,
      4,
    ),
  ).toBeUndefined();
});

test("a level cuts cells where it lies between two nodes", () => {
  const { polygons, segments } = march(
    gridOf([
      [0, 1],
      [0, 1],
    ]),
    0.25,
  );
  expect(segments).toEqual([0.25, 0, 0.25, 1]);
  expect(total(polygons)).toBeCloseTo(0.75);
});

test("cells side by side above a level are one polygon", () => {
  const { polygons, segments } = march(
    gridOf([
      [1, 1, 1],
      [1, 1, 1],
    ]),
    0.5,
  );
  expect(polygons).toEqual([[0, 0, 2, 0, 2, 1, 0, 1]]);
  expect(segments).toEqual([]);
  expect(
    march(
      gridOf([
        [0, 0],
        [0, 0],
      ]),
      0.5,
    ),
  ).toEqual({ polygons: [], segments: [] });
});

test("at a saddle the middle of the cell tells what hangs together", () => {
  for (const [low, high] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const saddle = gridOf([
      [high, low],
      [low, high],
    ]);
    const apart = march(saddle, 0.6);
    expect(apart.polygons.length).toBe(2);
    expect(total(apart.polygons)).toBeCloseTo((2 * (0.4 * 0.4)) / 2);
    const together = march(saddle, 0.4);
    expect(together.polygons.length).toBe(1);
    expect(total(together.polygons)).toBeCloseTo(1 - (2 * (0.4 * 0.4)) / 2);
    for (const { segments } of [apart, together]) {
      expect(segments.length).toBe(8);
      // no line goes through the middle of the cell
      for (let i = 0; i < 8; i += 4) {
        const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = segments.slice(i, i + 4);
        expect(Math.hypot((x1 + x2) / 2 - 0.5, (y1 + y2) / 2 - 0.5)).toBeGreaterThan(0.3);
      }
    }
  }
});

test("of a cell with one unknown node the triangle of the others is drawn, with two nothing", () => {
  expect(
    total(
      march(
        gridOf([
          [1, 1],
          [1, NaN],
        ]),
        0,
      ).polygons,
    ),
  ).toBeCloseTo(0.5);
  expect(
    march(
      gridOf([
        [1, 1],
        [NaN, NaN],
      ]),
      0,
    ).polygons,
  ).toEqual([]);
});
