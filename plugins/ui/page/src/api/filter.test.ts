import { expect, test } from "vitest";

import { all, nameHolds, nameIs } from "./filter";

test("names that hold a text", () => {
  expect(nameHolds("fraud")).toBe("name ILIKE '%fraud%'");
  expect(nameHolds("")).toBe("");
});

test("no name can end its quotes", () => {
  expect(nameHolds("it's' OR name != '")).toBe("name ILIKE '%it_s_ OR name != _%'");
  expect(nameIs("ends\\")).toBe("name LIKE 'ends_'");
});

test("a usual name is looked for as it is", () => {
  expect(nameIs('say "a_b"')).toBe("name = 'say \"a_b\"'");
});

test("filters together", () => {
  expect(all("a = 'b'", "", "c = 'd'")).toBe("a = 'b' AND c = 'd'");
});
