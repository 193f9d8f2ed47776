import { expect, test } from "vitest";

import { columnOf } from "./column";
import { insideOf, layoutOf, lineOf, moved, nearestLine, pixelOn, placeAt } from "./parallel";
import { rowsOf } from "./testing";

const runs = rowsOf([
  { params: { lr: "0", o: "a" }, metrics: { acc: 0 } },
  { params: { lr: "5", o: "b" }, metrics: { acc: 1 } },
  { params: { lr: "10", o: "a" }, metrics: { acc: NaN } },
]);
const columns = [
  columnOf(runs, { kind: "param", key: "lr" }),
  columnOf(runs, { kind: "param", key: "o" }),
  columnOf(runs, { kind: "latest", key: "acc" }),
];
const layout = layoutOf({ width: 400, height: 300 }, 3, false);

test("runs are inside of all brushes or not at all", () => {
  expect([...insideOf(columns, {}, 3)]).toEqual([1, 1, 1]);
  expect([...insideOf(columns, { "param/lr": [4, 10] }, 3)]).toEqual([0, 1, 1]);
  expect([...insideOf(columns, { "param/lr": [4, 10], "param/o": ["a"] }, 3)]).toEqual([0, 0, 1]);
  expect([...insideOf(columns, { "latest/acc": [-9, 9] }, 3)]).toEqual([1, 1, 0]); // NaN is in no range
  expect([...insideOf(columns, { "param/gone": [1, 2] }, 3)]).toEqual([1, 1, 1]);
});

test("a line goes through the places of a run, below the axis where it has none", () => {
  const none = new Set<string>();
  expect(lineOf(columns, none, layout, 0)[1]).toBe(layout.bottom);
  expect(lineOf(columns, none, layout, 2)[1]).toBe(layout.top);
  expect(lineOf(columns, new Set(["param/lr"]), layout, 2)[1]).toBe(layout.bottom);
  expect(lineOf(columns, none, layout, 2).at(-1)).toBe(layout.missing);
});

test("pixels and places belong together, flipped too", () => {
  for (const isFlipped of [false, true]) {
    for (const place of [0, 0.3, 1]) {
      expect(placeAt(layout, pixelOn(layout, place, isFlipped), isFlipped)).toBeCloseTo(place);
    }
  }
  expect(placeAt(layout, -100, false)).toBe(1);
});

test("the nearest line is found between two axes, and only among runs inside", () => {
  const [first = 0, second = 0] = layout.xs;
  const inside = new Uint8Array([1, 1, 1]);
  const middle = (first + second) / 2;
  const line = lineOf(columns, new Set(), layout, 1);
  const y = ((line[1] ?? 0) + (line[3] ?? 0)) / 2;
  expect(nearestLine(columns, new Set(), inside, layout, middle, y + 3)).toBe(1);
  expect(nearestLine(columns, new Set(), new Uint8Array([1, 0, 1]), layout, middle, y + 3)).not.toBe(1);
  expect(nearestLine(columns, new Set(), inside, layout, 2, y)).toBeUndefined();
});

test("an axis is moved before another", () => {
  expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
  expect(moved(["a", "b", "c"], 2, -1)).toEqual(["c", "a", "b"]);
  expect(moved(["a"], 4, 0)).toEqual(["a"]);
});
