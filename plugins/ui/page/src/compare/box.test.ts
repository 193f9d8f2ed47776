import { expect, test } from "vitest";

import { boxOf, groupsOf, jitter, quantile } from "./box";

test("quantiles are linear between the nearest values", () => {
  // numpy.quantile([1, 2, 3, 4, 10], [0.25, 0.5, 0.75, 0.9])
  const values = [1, 2, 3, 4, 10];
  expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantile(values, share))).toEqual([1, 2, 3, 4, 10]);
  expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
  expect(quantile(values, 0.9)).toBeCloseTo(7.6);
  expect(quantile([7], 0.25)).toBe(7);
});

test("whiskers end at the outermost values within 1.5 times the box", () => {
  expect(boxOf([10, 1, 3, 2, 4])).toEqual({ count: 5, q1: 2, median: 3, q3: 4, mean: 4, low: 1, high: 4 });
  expect(boxOf([5])).toEqual({ count: 1, q1: 5, median: 5, q3: 5, mean: 5, low: 5, high: 5 });
  expect(boxOf([NaN, Infinity])).toBeUndefined();
  expect(boxOf([1, NaN, 3, -Infinity])?.count).toBe(2);
});

test("groups are in the order of their names, the runs without one last", () => {
  const { groups, total } = groupsOf(["10", undefined, "9", "10", "9"], [1, 2, 3, 4, NaN], "none", 30);
  expect(groups.map(({ label, runs }) => [label, runs])).toEqual([
    ["9", [2]],
    ["10", [0, 3]],
    ["none", [1]],
  ]);
  expect(total).toBe(3);
});

test("with many groups those of the most runs are shown", () => {
  const { groups, total } = groupsOf(["a", "b", "b", "c", "c", "c"], [1, 2, 3, 4, 5, 6], "none", 2);
  expect(groups.map(({ label }) => label)).toEqual(["b", "c"]);
  expect(total).toBe(3);
});

test("points lie where they were before, spread over the box", () => {
  const places = Array.from({ length: 200 }, (_, i) => jitter(`run-${i}`));
  expect(jitter("run-1")).toBe(jitter("run-1"));
  expect(Math.min(...places)).toBeLessThan(-0.8);
  expect(Math.max(...places)).toBeGreaterThan(0.8);
  expect(places.every((place) => Math.abs(place) <= 1)).toBe(true);
});
