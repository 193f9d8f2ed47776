import { expect, test } from "vitest";

import { firstLine } from "./note";

test("the first line that says something, without marks", () => {
  expect(firstLine("\n\n## Sweep of *rates*\nmore")).toBe("Sweep of *rates*");
  expect(firstLine("- one\n- two")).toBe("one");
  expect(firstLine("")).toBe("");
});
