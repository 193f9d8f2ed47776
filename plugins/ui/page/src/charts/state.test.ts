import { expect, test } from "vitest";

import { type ChartsState, FIRST_CHARTS, idOf, readCharts, unzoomed, withCard, writeCharts } from "./state";

test("charts that nobody changed need no text", () => {
  expect(writeCharts(FIRST_CHARTS)).toBe("");
  expect(readCharts("")).toEqual(FIRST_CHARTS);
});

test("the text holds everything", () => {
  const state: ChartsState = {
    x: "relative",
    isLogX: true,
    smoothing: { method: "weighted", amount: 0.6 },
    spread: "deviation",
    search: "l'oß/%",
    added: [["a", "b"]],
    hidden: ["c"],
    order: ["x", idOf(["a", "b"])],
    toggled: ["system"],
    cards: {
      x: { width: 2, height: 3, isLogY: true, yRange: [null, 1.5], ignoresOutliers: true, zoom: [1, 2.5] },
    },
  };
  expect(readCharts(writeCharts(state))).toEqual(state);
});

test.each(["{", "[]", "3", '{"x": "y", "smoothing": ["ema", 1], "added": [[], 3], "cards": {"a": 3}}'])(
  "what cannot be read is as at first: %s",
  (text) => {
    const { cards, ...rest } = readCharts(text);
    expect({ ...rest, cards: {} }).toEqual(FIRST_CHARTS);
    for (const card of Object.values(cards)) expect(card).toEqual({});
  },
);

test("what is wrong in a chart's state is left out", () => {
  const card = { width: 1.5, height: 99, zoom: [3, 1], yRange: ["1", 2], isLogY: 1, ignoresOutliers: true };
  expect(readCharts(JSON.stringify({ cards: { a: card } })).cards).toEqual({ a: { ignoresOutliers: true } });
});

test("a chart as usual is not kept", () => {
  const changed = withCard(FIRST_CHARTS, "a", { isLogY: true, zoom: [0, 1] });
  expect(unzoomed(changed).cards).toEqual({ a: { isLogY: true } });
  expect(withCard(changed, "a", { isLogY: undefined, zoom: undefined }).cards).toEqual({});
});
