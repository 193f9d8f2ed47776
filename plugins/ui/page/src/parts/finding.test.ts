import { expect, test } from "vitest";

import { filterOf, type Found, readFound, writeFound } from "./finding";
import { readOrder, writeOrder } from "./sorting";

test.each<[Found, string]>([
  [{ isFilter: false, text: " fraud " }, "name ILIKE '%fraud%'"],
  [{ isFilter: false, text: "" }, ""],
  [{ isFilter: true, text: " tags.a = 'b' " }, "tags.a = 'b'"],
])("%j asks for %s", (found, filter) => {
  expect(filterOf(found)).toBe(filter);
});

test.each<Found>([
  { isFilter: false, text: "" },
  { isFilter: false, text: "it's & more" },
  { isFilter: true, text: "" },
  { isFilter: true, text: "name = 'ü'" },
])("the address holds %j", (found) => {
  expect(readFound(new URLSearchParams(writeFound(found)))).toEqual(found);
});

test("orders of known columns are read", () => {
  const order = { key: "name", isDescending: true };
  expect(readOrder(writeOrder(order), ["name"])).toEqual(order);
  expect(readOrder("name", ["name"])).toEqual({ key: "name", isDescending: false });
  expect(readOrder("other DESC", ["name"])).toBeUndefined();
  expect(readOrder(null, ["name"])).toBeUndefined();
});
