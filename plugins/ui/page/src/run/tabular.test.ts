import { expect, test } from "vitest";

import { toText } from "./tabular";

test("rows below labels, quoted where they would break", () => {
  const columns = [
    { label: "Key", text: (row: string[]) => row[0] ?? "" },
    { label: "Value", text: (row: string[]) => row[1] ?? "" },
  ];
  const rows = [
    ["a", "1"],
    ["b", 'x\t"y"\nz'],
  ];
  expect(toText(columns, rows)).toBe('Key\tValue\na\t1\nb\t"x\t""y""\nz"');
});
