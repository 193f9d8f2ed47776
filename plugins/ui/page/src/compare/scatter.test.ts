import { expect, test } from "vitest";

import { columnOf } from "./column";
import { areaOf } from "./frame";
import { nearestPoint, paretoFront, pointOf } from "./scatter";
import { rowsOf } from "./testing";

const X = [1, 2, 2, 3, 4, NaN, 2];
const Y = [1, 3, 2, 3, 9, 0, Infinity];

test("the front holds the runs that no other is better than", () => {
  expect(paretoFront(X, Y, ["minimize", "maximize"])).toEqual([0, 1, 4]);
  expect(paretoFront(X, Y, ["minimize", "minimize"])).toEqual([0]);
  expect(paretoFront(X, Y, ["maximize", "maximize"])).toEqual([4]);
  expect(paretoFront(X, Y, ["maximize", "minimize"])).toEqual([0, 2, 3, 4]);
});

test("runs that are equal are on the front together", () => {
  expect(paretoFront([1, 1, 2], [1, 1, 1], ["minimize", "minimize"])).toEqual([0, 1]);
  expect(paretoFront([], [], ["minimize", "minimize"])).toEqual([]);
});

test("the nearest point is found, and none that is far", () => {
  const runs = rowsOf([{ metrics: { x: 0, y: 0 } }, { metrics: { x: 1, y: 1 } }, { metrics: { x: 0.5 } }]);
  const [x, y] = [columnOf(runs, { kind: "latest", key: "x" }), columnOf(runs, { kind: "latest", key: "y" })];
  const area = areaOf({ width: 500, height: 400 }, y, false);
  const [left, top] = pointOf(area, x, y, 1);
  expect(nearestPoint(area, x, y, left + 4, top - 4)).toBe(1);
  expect(nearestPoint(area, x, y, left - 60, top)).toBeUndefined();
  expect(pointOf(area, x, y, 2)[1]).toBeNaN();
});
