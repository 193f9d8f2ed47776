import { expect, test } from "vitest";

import { brushBetween, filterOf, isInside, placesOf } from "./brush";
import { makeScale } from "./scale";

const linear = makeScale([0.1234567, 0.9876543]);
const log = makeScale([1e-5, 1e-1]);
const category = makeScale(["adam", "lion", "sgd"]);

test("a brush over the whole axis is none", () => {
  for (const scale of [linear, log, category]) expect(brushBetween(scale, 1.2, -0.1)).toBeUndefined();
});

test("ends at the end of an axis are exact, others rounded to what can be seen", () => {
  expect(brushBetween(linear, 0.5, 2)).toEqual([0.5556, 0.9876543]);
  expect(brushBetween(linear, -1, 0.5)).toEqual([0.1234567, 0.5556]);
  expect(brushBetween(log, 0.25, 0.5)).toEqual([0.0001, 0.001]);
});

test("a brush of categories holds those whose middle it covers", () => {
  expect(brushBetween(category, 0, 0.6)).toEqual(["adam", "lion"]);
  expect(brushBetween(category, 0.4, 0.45)).toEqual([]);
});

test("a brush is where it was drawn", () => {
  const brush = brushBetween(linear, 0.2, 0.7);
  expect(brush).toBeDefined();
  const [low, high] = (brush && placesOf(linear, brush)) ?? [];
  expect(low).toBeCloseTo(0.2, 2);
  expect(high).toBeCloseTo(0.7, 2);
  expect(placesOf(category, ["adam", "lion"])).toEqual([0, expect.closeTo(2 / 3)]);
  expect(placesOf(category, ["gone"])).toBeUndefined();
  expect(placesOf(linear, ["gone"])).toBeUndefined();
});

test("what has no value is outside of every brush", () => {
  expect(isInside("0.5", [0, 1])).toBe(true);
  expect(isInside(1, [0, 1])).toBe(true);
  for (const value of [undefined, NaN, "", "x", 2]) expect(isInside(value, [0, 1])).toBe(false);
  expect(isInside("sgd", ["sgd"])).toBe(true);
  expect(isInside(undefined, ["sgd"])).toBe(false);
});

test("brushes on metrics and few values become a filter", () => {
  const filter = filterOf(
    [
      { field: { kind: "latest", key: "val loss" }, brush: [0.1, 0.5], values: [] },
      { field: { kind: "minimum", key: "loss" }, brush: [-1, 2], values: [] },
      { field: { kind: "param", key: "optimizer" }, brush: ["sgd"], values: ["sgd", "adam", "lion"] },
      { field: { kind: "param", key: "depth" }, brush: [2, 3], values: ["2", "3", "4", "5", undefined] },
      { field: { kind: "attribute", key: "status" }, brush: ["FINISHED"], values: ["FINISHED", "FAILED"] },
    ],
    ["r1"],
  );
  expect(filter).toBe(
    "metrics.`val loss` >= 0.1 and metrics.`val loss` <= 0.5 and metrics.loss.min >= -1 and metrics.loss.min <= 2" +
      " and params.optimizer = 'sgd' and params.depth != '4' and params.depth != '5' and status = 'FINISHED'",
  );
});

test("what the filter language cannot say is said by naming the runs", () => {
  const rates = Array.from({ length: 40 }, (_, i) => String(i / 100));
  expect(filterOf([{ field: { kind: "param", key: "lr" }, brush: [0.1, 0.2], values: rates }], ["a1", "b2"])).toBe(
    "run_id IN ('a1', 'b2')",
  );
  expect(
    filterOf([{ field: { kind: "param", key: "p" }, brush: [`it's "so"`], values: [`it's "so"`, "x"] }], ["a1"]),
  ).toBe("run_id IN ('a1')");
  expect(filterOf([{ field: { kind: "attribute", key: "duration" }, brush: [1, 2], values: [] }], ["a1"])).toBe(
    "run_id IN ('a1')",
  );
});
