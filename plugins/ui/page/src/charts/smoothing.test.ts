import { expect, test } from "vitest";

import { movingAverage, smooth, weightedAverage } from "./smoothing";

test("a moving average begins with the first number, not at zero", () => {
  const found = movingAverage([1, 1, 1], 0.9);
  for (const value of found) expect(value).toBeCloseTo(1);
  expect([...movingAverage([0, 10, 0], 0.5)].map((value) => value.toFixed(4))).toEqual(["0.0000", "6.6667", "2.8571"]);
});

test("what is not finite is a gap and counts for nothing after it", () => {
  const found = movingAverage([2, NaN, Infinity, 4], 0.5);
  expect(found[1]).toBeNaN();
  expect(found[2]).toBeNaN();
  expect(found[3]).toBeCloseTo(movingAverage([2, 4], 0.5)[1] ?? 0);
});

test("by distance, even points are as in a moving average, and a far point counts more than a near one", () => {
  const even = [...weightedAverage([0, 5, 10], [0, 10, 0], 0.5)];
  expect(even).toEqual([...movingAverage([0, 10, 0], 0.5)]);
  const near = weightedAverage([0, 1, 20], [0, 10, 0], 0.5)[1] ?? 0;
  const far = weightedAverage([0, 19, 20], [0, 10, 0], 0.5)[1] ?? 0;
  expect(near).toBeLessThan(far);
});

test("points of one x are averaged as they come", () => {
  expect([...weightedAverage([3, 3], [0, 10], 0.5)]).toEqual([...movingAverage([0, 10], 0.5)]);
});

test("a line that is not smoothed is itself", () => {
  const line = Float64Array.from([1, 2]);
  expect(smooth([0, 1], line, { method: "ema", amount: 0 })).toBe(line);
});
