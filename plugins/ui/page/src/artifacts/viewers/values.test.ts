import { expect, test } from "vitest";

import { frameOf, isNumeric, sortedBy } from "./frames";
import { firstOpen, parseData, parseJson, preview, RANGE, rowsOf } from "./values";

test("what Python writes as JSON is read, also where it is none", () => {
  expect(parseJson('{"a": NaN, "b": [-Infinity, Infinity], "c": "NaN \\" NaN"}')).toEqual({
    a: "NaN",
    b: ["-Infinity", "Infinity"],
    c: 'NaN " NaN',
  });
  expect(() => parseJson("{a: 1}")).toThrow(SyntaxError);
});

test("faults say where they are", async () => {
  await expect(parseData("json", "{")).rejects.toThrow(/^This is no valid JSON: /);
  await expect(parseData("lines", '{"a": 1}\n\n{"a"')).rejects.toThrow(/JSON in line 3/);
  await expect(parseData("yaml", "a: [1")).rejects.toThrow(/no valid YAML/);
});

test("YAML gives values, dates stay text, several documents make a list", async () => {
  expect(await parseData("yaml", "a: 2020-01-01\nb: [1, x]")).toEqual({ a: "2020-01-01", b: [1, "x"] });
  expect(await parseData("yaml", "1\n---\n2")).toEqual([1, 2]);
});

test("rows are those of open parts, with how Python finds them", () => {
  const root = { a: { b: [1, "x"] }, c: null };
  const closed = rowsOf(root, new Set());
  expect(closed).toHaveLength(1);
  expect(closed[0]?.isOpen).toBe(false);
  const rows = rowsOf(root, firstOpen(root));
  expect(rows.map(({ path, level }) => [path, level])).toEqual([
    ["", 1],
    ['["a"]', 2],
    ['["a"]["b"]', 3],
    ['["a"]["b"][0]', 4],
    ['["a"]["b"][1]', 4],
    ['["c"]', 2],
  ]);
  expect(rows.map(({ value }) => preview(value))).toEqual(["{2}", "{1}", "[2]", "1", '"x"', "null"]);
});

test("long lists open in ranges", () => {
  const list = Array.from({ length: RANGE + 5 }, (_, i) => i);
  const rows = rowsOf(list, firstOpen(list));
  expect(rows.map(({ label }) => label)).toEqual(["", "0 … 999", "1,000 … 1,004"]);
  const opened = rowsOf(list, new Set(["", rows[2]?.id ?? ""]));
  expect(opened.at(-1)).toMatchObject({ path: "[1004]", value: 1004, level: 3, position: 5, siblings: 5 });
});

test("JSON in the forms of pandas is a table", () => {
  expect(frameOf({ columns: ["a", 0], index: [0], data: [[1, null]] })).toEqual({
    columns: ["a", "0"],
    rows: [[1, null]],
  });
  expect(frameOf([{ a: 1 }, { b: 2 }])).toEqual({
    columns: ["a", "b"],
    rows: [
      [1, undefined],
      [undefined, 2],
    ],
  });
  expect(frameOf({ columns: ["a"], data: [1] })).toBeUndefined();
  expect(frameOf([])).toBeUndefined();
});

test("numbers are sorted as numbers, texts as texts, what is missing comes last", () => {
  const frame = {
    columns: ["n", "t"],
    rows: [
      ["10", "b"],
      ["9", "a"],
      ["", ""],
      ["-inf", "c"],
      ["nan", "B"],
    ],
  };
  expect(isNumeric(frame, 0)).toBe(true);
  expect([...sortedBy(frame, 0, false)]).toEqual([3, 1, 0, 2, 4]);
  expect([...sortedBy(frame, 0, true)]).toEqual([0, 1, 3, 2, 4]);
  expect(isNumeric(frame, 1)).toBe(false);
  expect([...sortedBy(frame, 1, false)]).toEqual([4, 1, 0, 3, 2]);
});
