import { expect, test } from "vitest";

import { find, FIRST_STATE, inOrder, sortable, sortedBy, type SortValue } from "./find";

const of = (...values: SortValue[]) => values.map((value, i) => ({ value, name: `row ${i}` }));
const options = { text: (row: { name: string }) => row.name, perPage: 2 };

test("a page of rows in their own order", () => {
  const found = find(of(3, 1, 2), { ...FIRST_STATE, page: 1 }, { ...options, value: undefined });
  expect(found).toMatchObject({ shown: [{ value: 2 }], page: 1, pages: 2 });
  expect(found.matches).toHaveLength(3);
});

test("a page behind the last one is the last one", () => {
  expect(find(of(3), { ...FIRST_STATE, page: 9 }, { ...options, value: undefined }).page).toBe(0);
});

test("every word is searched, in any case", () => {
  const rows = [{ name: "Val Loss" }, { name: "loss" }];
  const found = find(rows, { ...FIRST_STATE, search: " LOSS val" }, { ...options, value: undefined });
  expect(found.matches).toEqual([{ name: "Val Loss" }]);
});

test.each([
  [false, [-Infinity, 1, Infinity, NaN, null]],
  [true, [Infinity, 1, -Infinity, NaN, null]],
])("what is no number stands last, descending: %s", (isDescending, expected) => {
  const state = { ...FIRST_STATE, sort: "value", isDescending };
  const found = find(of(null, NaN, 1, Infinity, -Infinity), state, { ...options, value: (row) => row.value });
  expect(found.matches.map((row) => row.value)).toEqual(expected);
});

test("params sort as numbers where they are numbers, and names as people count", () => {
  expect([sortable("1e-3"), sortable(" "), sortable("adam")]).toEqual([0.001, null, "adam"]);
  const state = { ...FIRST_STATE, sort: "value" };
  const found = find(of("layer.10", 7, "layer.9"), state, { ...options, value: (row) => row.value });
  expect(found.matches.map((row) => row.value)).toEqual([7, "layer.9", "layer.10"]);
});

test("a column's head sorts up, down and not at all", () => {
  const up = sortedBy({ ...FIRST_STATE, page: 3 }, "a");
  expect(up).toEqual({ ...FIRST_STATE, sort: "a" });
  const down = sortedBy(up, "a");
  expect(down.isDescending).toBe(true);
  expect(sortedBy(down, "a")).toEqual(FIRST_STATE);
  expect(sortedBy(down, "b")).toEqual({ ...FIRST_STATE, sort: "b" });
});

test("keys in the order that people count", () => {
  expect(inOrder([{ key: "l.10" }, { key: "a" }, { key: "l.9" }]).map(({ key }) => key)).toEqual(["a", "l.9", "l.10"]);
});
