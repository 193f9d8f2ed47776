import { expect, test } from "vitest";

import { compareTexts, makeScale } from "./scale";

test("numbers lie between the smallest and the largest", () => {
  const scale = makeScale(["1", "3", undefined, "2.0"]);
  expect(scale.kind).toBe("linear");
  expect(scale.domain).toEqual([1, 3]);
  expect(scale.place("1")).toBe(0);
  expect(scale.place(3)).toBe(1);
  expect(scale.place("2.0")).toBe(0.5);
  expect(scale.valueAt(0.25)).toBe(1.5);
});

test("what is no number has no place", () => {
  const scale = makeScale([0, 10, NaN, Infinity, -Infinity, undefined]);
  expect(scale.domain).toEqual([0, 10]);
  for (const value of [NaN, Infinity, -Infinity, undefined]) expect(scale.place(value)).toBeNaN();
});

test("numbers over several powers of ten are logarithmic, unless another scale is chosen", () => {
  const rates = ["1e-5", "0.001", "0.1"];
  const scale = makeScale(rates);
  expect(scale.kind).toBe("log");
  expect(scale.place("0.001")).toBeCloseTo(0.5);
  expect(scale.valueAt(0.5)).toBeCloseTo(0.001);
  expect(makeScale(rates, "linear").kind).toBe("linear");
  expect(makeScale(["0", ...rates]).kind).toBe("linear"); // zero has no logarithm
});

test("a logarithmic scale leaves out what is zero or less", () => {
  const scale = makeScale([-1, 0, 1, 100], "log");
  expect(scale.domain).toEqual([1, 100]);
  expect(scale.place(0)).toBeNaN();
  expect(scale.place(10)).toBeCloseTo(0.5);
  expect(makeScale([-1, 0], "log").kind).toBe("linear");
});

test("texts are categories in the order people expect", () => {
  const scale = makeScale(["b", "a10", "a2", "b"]);
  expect(scale.kind).toBe("category");
  expect(scale.categories).toEqual(["a2", "a10", "b"]);
  expect(scale.categories.map((each) => scale.place(each))).toEqual([1 / 6, 0.5, 5 / 6]);
  expect(scale.place("c")).toBeNaN();
  expect(["1e3", "50", "-1"].sort(compareTexts)).toEqual(["-1", "50", "1e3"]);
});

test("one text among numbers makes them categories", () => {
  expect(makeScale(["1", "2", "None"]).kind).toBe("category");
  expect(makeScale(["1", "NaN", "inf"]).kind).toBe("linear");
  expect(makeScale(["1", "2"], "category").categories).toEqual(["1", "2"]);
});

test("a single number lies in the middle", () => {
  for (const value of [5, 0, -3]) expect(makeScale([value]).place(value)).toBe(0.5);
  expect(makeScale([7], "log").place(7)).toBeCloseTo(0.5);
});

test("a margin leaves room beyond the ends", () => {
  const scale = makeScale([0, 10], undefined, 0.1);
  expect(scale.domain).toEqual([-1, 11]);
  expect(scale.place(0)).toBeCloseTo(1 / 12);
});

test("ticks are round, in order and inside", () => {
  expect(
    makeScale([0, 1])
      .ticks(5)
      .map(({ label }) => label),
  ).toEqual(["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
  expect(
    makeScale([0.001, 10])
      .ticks(4)
      .map(({ label }) => label),
  ).toEqual(["0.001", "0.01", "0.1", "1", "10"]);
  const many = makeScale(Array.from({ length: 100 }, (_, i) => `c${i}`)).ticks(5);
  expect(many.length).toBeLessThanOrEqual(11);
  expect(many[0]?.label).toBe("c0");
});

test("no values at all still make a scale", () => {
  const scale = makeScale([undefined, undefined]);
  expect(scale.place(1)).toBe(1);
  expect(scale.ticks(3).length).toBeGreaterThan(0);
});
