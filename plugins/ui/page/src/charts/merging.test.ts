import { expect, test } from "vitest";

import type { Series } from "../api/series";
import { append, bySteps, isComplete, refine } from "./merging";

function series(steps: number[], total = steps.length, values: number[] = steps.map((step) => step * 10)): Series {
  return { runId: "r", key: "k", total, steps, timestamps: steps.map((step) => step * 1000), values };
}

test("what came since takes the place of what is known from its first step on", () => {
  const found = append(series([0, 1, 2]), series([2, 3, 4], 3, [21, 30, 40]));
  expect(found.steps).toEqual([0, 1, 2, 3, 4]);
  expect(found.values).toEqual([0, 10, 21, 30, 40]);
  expect(found.total).toBe(5);
});

test("the number of points of a long series grows by what is new", () => {
  const found = append(series([0, 500, 1000], 1001), series([1000, 1001], 2));
  expect(found.total).toBe(1002);
  expect(isComplete(found)).toBe(false);
});

test("a series whose steps are all the same is replaced", () => {
  expect(append(series([0, 0]), series([0, 0, 0])).total).toBe(3);
});

test("nothing new changes nothing", () => {
  const known = series([0, 1]);
  expect(append(known, series([]))).toBe(known);
});

test("finer points replace coarse ones within their range only", () => {
  const found = refine(series([0, 10, 20, 30], 31), series([8, 9, 10, 11, 12]), { by: "step", start: 8, end: 12 });
  expect(found.steps).toEqual([0, 8, 9, 10, 11, 12, 20, 30]);
  expect(found.total).toBe(31);
});

test("a coarse point that the finer ones lack does not stay among them", () => {
  const found = refine(series([0, 10, 20]), series([9, 11]), { by: "step", start: 9, end: 11 });
  expect(found.steps).toEqual([0, 9, 11, 20]);
});

test("what came after the finer points were fetched stays", () => {
  const found = refine(series([0, 10, 20, 21]), series([10, 15, 20]), { by: "step", start: 10, end: 100 });
  expect(found.steps).toEqual([0, 10, 15, 20, 21]);
});

test("finer points by time are put at their steps", () => {
  const found = refine(series([0, 10, 20]), series([5, 6]), { by: "time", start: 5000, end: 6000 });
  expect(found.steps).toEqual([0, 5, 6, 10, 20]);
});

test("a range of time is one of steps where time ascends with them", () => {
  const whole = series([0, 10, 20, 30]);
  expect(bySteps(whole, { by: "time", start: 11_000, end: 19_000 })).toEqual({ by: "step", start: 10, end: 20 });
  expect(bySteps(whole, { by: "time", start: -5, end: 99_000 })).toEqual({ by: "step", start: 0, end: 30 });
  const range = { by: "time", start: 1, end: 2 } as const;
  expect(bySteps({ ...whole, timestamps: [0, 5, 3, 9] }, range)).toBe(range);
});
