import { expect, test } from "vitest";

import { between, type Figure, type FigureOptions, frameOf, type Item, makeFigure, nearest } from "./figure";

const OPTIONS: FigureOptions = {
  x: "step",
  smoothing: { method: "ema", amount: 0 },
  isGrouped: false,
  spread: "range",
  colorOfGroup: () => "grey",
};

function item(name: string, values: number[], more: Partial<Item> = {}): Item {
  const steps = values.map((_, i) => i);
  const series = {
    runId: name,
    key: "k",
    total: values.length,
    steps,
    timestamps: steps.map((i) => 5000 + i * 1000),
    values,
  };
  return { runId: name, name, color: "red", startTime: 4000, group: undefined, key: "k", series, ...more };
}

function figure(items: Item[], options: Partial<FigureOptions> = {}): Figure {
  return makeFigure(items, ["k"], { ...OPTIONS, ...options });
}

test("x is the step, the time, or the time since the run began", () => {
  const x = (kind: FigureOptions["x"]) => [...(figure([item("r", [1, 2])], { x: kind }).lines[0]?.x ?? [])];
  expect(x("step")).toEqual([0, 1]);
  expect(x("time")).toEqual([5000, 6000]);
  expect(x("relative")).toEqual([1000, 2000]);
});

test("a line follows the time, also where a run went back to earlier steps", () => {
  const odd = item("r", [1, 2, 3]);
  const series = { ...odd.series, timestamps: [0, 9000, 3000] };
  const [line] = figure([{ ...odd, series }], { x: "time" }).lines;
  expect([...(line?.x ?? [])]).toEqual([0, 3000, 9000]);
  expect([...(line?.y ?? [])]).toEqual([1, 3, 2]);
  expect(line?.points?.steps).toEqual([0, 2, 1]);
});

test("a smooth line keeps the line behind it, and nothing of what is not finite is lost", () => {
  const { lines, marks } = figure([item("r", [1, NaN, Infinity, -Infinity, 3])], {
    smoothing: { method: "ema", amount: 0.5 },
  });
  expect([...(lines[0]?.raw ?? [])]).toEqual([1, NaN, Infinity, -Infinity, 3]);
  expect(marks.map(({ kind, x }) => [kind, x])).toEqual([
    ["nan", 1],
    ["high", 2],
    ["low", 3],
  ]);
});

test("runs of a group are one line", () => {
  const items = [
    item("a", [1, 2], { group: "g" }),
    item("b", [3, 4], { group: "g" }),
    item("c", [5, NaN], { group: "h" }),
  ];
  const { lines, marks, shown } = figure(items, { isGrouped: true });
  expect(lines.map(({ label, runs, y }) => [label, runs, [...y]])).toEqual([
    ["g", 2, [2, 3]],
    ["h", 1, [5]],
  ]);
  expect(marks).toHaveLength(1);
  expect(shown).toBe(6);
});

test("axes hold all that can be drawn in the part that is shown", () => {
  const shown = figure([item("r", [100, 1, 2, 3, NaN])]);
  expect(frameOf(shown, "step", false, {}).x).toMatchObject({ min: 0, max: 4 });
  const { y } = frameOf(shown, "step", false, { zoom: [1, 3] });
  expect(y.min).toBeLessThan(1);
  expect(y.max).toBeLessThan(4);
});

test("what has no place on a logarithmic axis is counted", () => {
  const frame = frameOf(figure([item("r", [0, -1, 10, 100, NaN])]), "step", false, { isLogY: true });
  expect(frame.impossible).toBe(2);
  expect(frame.y.min).toBeLessThan(1);
  expect(frameOf(figure([item("r", [1, 2, 3])]), "step", true, {}).impossible).toBe(1);
});

test("what is beyond the y axis is counted", () => {
  const values = [...Array.from({ length: 50 }, (_, i) => i % 5), 1000];
  const frame = frameOf(figure([item("r", values)]), "step", false, { ignoresOutliers: true });
  expect([frame.outside, frame.y.max < 20]).toEqual([1, true]);
  expect(frameOf(figure([item("r", [1, 2, 3])]), "step", false, { yRange: [null, 2] }).outside).toBe(1);
});

test("indices of a range", () => {
  expect(between([0, 1, 1, 2, 5], 1, 2)).toEqual([1, 4]);
  expect(between([], 1, 2)).toEqual([0, 0]);
});

test("the nearest point, but none far beyond the ends", () => {
  const [line] = figure([item("r", [7, 8, 9])]).lines;
  if (!line) throw new Error("no line");
  expect(nearest(line, 1.4, 0)?.index).toBe(1);
  expect(nearest(line, 1.6, 0)?.index).toBe(2);
  expect(nearest(line, 2.5, 1)?.index).toBe(2);
  expect(nearest(line, 4, 1)).toBeUndefined();
  expect(nearest(line, -0.5, 1)?.index).toBe(0);
});
