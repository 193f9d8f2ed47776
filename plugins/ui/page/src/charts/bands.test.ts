import { expect, test } from "vitest";

import { summarize } from "./bands";

test("every x has a mean; between its points a line is straight, outside of them it counts for nothing", () => {
  const found = summarize(
    [
      { x: [0, 2], y: [0, 4] },
      { x: [1, 3], y: [10, 10] },
    ],
    "range",
  );
  expect([...found.x]).toEqual([0, 1, 2, 3]);
  expect([...found.mean]).toEqual([0, 6, 7, 10]);
  expect([...found.low]).toEqual([0, 2, 4, 10]);
  expect([...found.high]).toEqual([0, 10, 10, 10]);
});

test("a deviation is to both sides of the mean", () => {
  const found = summarize(
    [
      { x: [0], y: [1] },
      { x: [0], y: [3] },
    ],
    "deviation",
  );
  expect([found.low[0], found.mean[0], found.high[0]]).toEqual([1, 2, 3]);
});

test("what is not finite counts for nothing", () => {
  const found = summarize([{ x: [0, 1, 2], y: [1, NaN, 3] }], "range");
  expect([...found.x]).toEqual([0, 2]);
});

test("of very many places few are shown, and no extreme is lost", () => {
  const x = Array.from({ length: 10_000 }, (_, i) => i);
  const y = x.map((i) => (i === 4321 ? 99 : i === 8765 ? -99 : 0));
  const found = summarize([{ x, y }], "range");
  expect(found.x.length).toBe(500);
  expect(Math.max(...found.high)).toBe(99);
  expect(Math.min(...found.low)).toBe(-99);
  const peak = found.high.indexOf(99);
  expect(Math.abs((found.x[peak] ?? 0) - 4321)).toBeLessThan(20);
});

test("points of one x are all within the band", () => {
  const found = summarize([{ x: [1, 1, 1], y: [5, 1, 3] }], "range");
  expect([found.low[0], found.high[0]]).toEqual([1, 5]);
});

test("nothing has no band", () => {
  expect(summarize([], "range").x.length).toBe(0);
});
