import { expect, test } from "vitest";

import { toCsv } from "./csv";

test("cells are quoted only where they have to be", () => {
  expect(
    toCsv([
      ["a", "b c"],
      ['say "no"', "1,2"],
      ["two\nlines", undefined, 0.30000000000000004],
      [NaN, -Infinity],
    ]),
  ).toBe('a,b c\r\n"say ""no""","1,2"\r\n"two\nlines",,0.30000000000000004\r\nNaN,-Infinity\r\n');
});
