import { expect, test } from "vitest";

import { makeAxis, NOTHING, placeOf, tickLabel, ticks, widen, withoutOutliers } from "./scales";
import { lengthLabel } from "./time";

const labels = (low: number, high: number, isLog: boolean, unit: "number" | "time" | "length" = "number", count = 5) =>
  ticks(makeAxis(low, high, isLog, unit), count).map(({ label }) => label);

test("a logarithmic axis has no place for zero and less", () => {
  expect(placeOf(100, true)).toBe(2);
  expect(placeOf(0, true)).toBeNaN();
  expect(placeOf(-1, true)).toBeNaN();
  expect(widen(NOTHING, [0, -3, 5, NaN, Infinity, 2], true)).toEqual([2, 5]);
});

test("marks are round numbers with as many digits as they need", () => {
  expect(labels(0, 1, false)).toEqual(["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
  expect(labels(0, 1_000_000, false)).toEqual(["0", "200K", "400K", "600K", "800K", "1M"]);
  expect(labels(0.001, 0.0012, false)).toContain("0.00110");
});

test("marks of a logarithmic axis are powers, or round numbers where it is short", () => {
  expect(labels(1e-3, 1e3, true, "number", 8)).toEqual(["0.001", "0.01", "0.1", "1", "10", "100", "1,000"]);
  expect(labels(2, 8, true, "number", 3)).toEqual(["2", "4", "6", "8"]);
});

test("an axis of a single value has room around it", () => {
  const { min, max } = makeAxis(5, 5, false, "number");
  expect(min).toBeLessThan(5);
  expect(max).toBeGreaterThan(5);
});

test("an axis of nothing is drawn all the same", () => {
  expect(makeAxis(Infinity, -Infinity, false, "number")).toMatchObject({ min: 0, max: 1 });
});

test("lengths of time are written as clocks have them", () => {
  const texts = [0, 90, 1500, 150_000, 3_600_000, 3 * 86_400_000].map(lengthLabel);
  expect(texts).toEqual(["0", "90 ms", "1.5 s", "2:30", "1:00:00", "3 d"]);
  expect(labels(0, 60_000, false, "length", 4)).toEqual(["0", "15 s", "30 s", "45 s", "1:00"]);
});

test("marks of time are at round times", () => {
  const found = ticks(makeAxis(Date.UTC(2026, 0, 1, 10, 0, 5), Date.UTC(2026, 0, 1, 10, 4), false, "time"), 4);
  expect(found.every(({ at }) => at % 60_000 === 0)).toBe(true);
});

test("few values far from all others do not count", () => {
  const values = Float64Array.from([...Array.from({ length: 100 }, (_, i) => i / 100), 1000]);
  const [low, high] = withoutOutliers(values);
  expect(low).toBe(0);
  expect(high).toBeLessThan(5);
  expect(withoutOutliers(Float64Array.from([3, 3, 3, 9]))).toEqual([3, 9]);
});

test("numbers on an axis are short", () => {
  expect(tickLabel(0.25, 0.05)).toBe("0.25");
  expect(tickLabel(3e-7, 1e-7)).toBe("3e-7");
});
