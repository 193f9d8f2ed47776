import { expect, test } from "vitest";

import { columnsOf } from "./signature";

test("types by name, with what else is known of a field", () => {
  const columns = columnsOf([
    { name: "age", type: "double", isRequired: true, shape: "" },
    { name: "city", type: "string", isRequired: false, shape: "" },
    { name: "", type: "float32", isRequired: true, shape: "(-1, 10)" },
    { name: "temperature", type: "double", isRequired: true, shape: "", initial: "0.5" },
  ]);
  expect([...columns]).toEqual([
    ["age", "double"],
    ["city", "string (optional)"],
    ["2", "float32 (-1, 10)"],
    ["temperature", "double = 0.5"],
  ]);
});

test("no fields", () => {
  expect(columnsOf(undefined).size).toBe(0);
});
