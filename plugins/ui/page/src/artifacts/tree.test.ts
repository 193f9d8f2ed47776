import { expect, test } from "vitest";

import { formatBytes } from "./size";
import { findTyped, parentAt, type TreeRow } from "./tree";

const rows: TreeRow[] = [
  ["alpha", 1],
  ["beta", 2],
  ["Gamma", 3],
  ["alphabet", 1],
].map(([text, level], i) => ({
  id: String(i),
  text: text as string,
  level: level as number,
  position: 1,
  siblings: 1,
}));

test("the parent of a row is the nearest one above that stands further out", () => {
  expect(parentAt(rows, 2)).toBe(1);
  expect(parentAt(rows, 1)).toBe(0);
  expect(parentAt(rows, 3)).toBe(3);
});

test("letters find the next row that begins with them, and go round", () => {
  expect(findTyped(rows, 1, "g")).toBe(2);
  expect(findTyped(rows, 1, "alpha")).toBe(3);
  expect(findTyped(rows, 3, "b")).toBe(1);
  expect(findTyped(rows, 0, "x")).toBeUndefined();
});

test("sizes are short", () => {
  expect(formatBytes(0)).toBe("0 B");
  expect(formatBytes(999)).toBe("999 B");
  expect(formatBytes(1000)).toBe("1.0 KB");
  expect(formatBytes(999_600)).toBe("1.0 MB");
  expect(formatBytes(123_456_789)).toBe("123 MB");
});
