import { expect, test } from "vitest";

import { ADDED, moved, prefixOf, sectionsOf, withChart, without } from "./sections";
import { type ChartsState, FIRST_CHARTS } from "./state";

const METRICS = ["acc", "system/cpu", "train/loss", "val/loss"];
const shown = (state: ChartsState) =>
  sectionsOf(METRICS, state).map(({ prefix, cards }) => [prefix, ...cards.map(({ id }) => id)]);

test("charts stand under what their metrics begin with, system metrics last and folded", () => {
  expect(shown(FIRST_CHARTS)).toEqual([
    ["", "acc"],
    ["train", "train/loss"],
    ["val", "val/loss"],
    ["system", "system/cpu"],
  ]);
  expect(sectionsOf(METRICS, FIRST_CHARTS).map(({ isOpen }) => isOpen)).toEqual([true, true, true, false]);
  expect(prefixOf("/odd")).toBe("");
});

test("what is searched for is shown, all words of it", () => {
  const found = sectionsOf(METRICS, { ...FIRST_CHARTS, search: "CPU sys" });
  expect(found.map(({ prefix, isOpen }) => [prefix, isOpen])).toEqual([["system", true]]);
});

test("a section can be folded and unfolded", () => {
  const found = sectionsOf(METRICS, { ...FIRST_CHARTS, toggled: ["system", "train"] });
  expect(found.map(({ isOpen }) => isOpen)).toEqual([true, false, true, true]);
});

test("a chart that is taken away can be brought back", () => {
  const [section] = sectionsOf(METRICS, FIRST_CHARTS);
  const card = section?.cards[0];
  if (!card) throw new Error("no card");
  const removed = without(FIRST_CHARTS, card);
  expect(shown(removed).flat()).not.toContain("acc");
  expect(shown(withChart(removed, ["acc"]))).toEqual(shown(FIRST_CHARTS));
});

test("several metrics share a chart that is added, once", () => {
  const state = withChart(withChart(FIRST_CHARTS, ["train/loss", "val/loss"]), ["train/loss", "val/loss"]);
  const [added] = sectionsOf(METRICS, state);
  expect(added).toMatchObject({ prefix: ADDED, cards: [{ keys: ["train/loss", "val/loss"], isAdded: true }] });
  const card = added?.cards[0];
  expect(card && shown(without(state, card))).toEqual(shown(FIRST_CHARTS));
});

test("charts are moved within their section", () => {
  const metrics = ["a", "b", "c"];
  const order = (state: ChartsState) => sectionsOf(metrics, state)[0]?.cards.map(({ id }) => id);
  const [section] = sectionsOf(metrics, FIRST_CHARTS);
  if (!section) throw new Error("no section");
  const state = moved(FIRST_CHARTS, section, "c", 0);
  expect(order(state)).toEqual(["c", "a", "b"]);
  expect(moved(FIRST_CHARTS, section, "a", -1)).toBe(FIRST_CHARTS);
  expect(moved(FIRST_CHARTS, section, "elsewhere", 1)).toBe(FIRST_CHARTS);
});
