import { expect, test } from "vitest";

import { guessDelimiter, MOST_PROBLEMS, parseTable } from "./csv";

test("fields may hold quotes, separators and ends of lines", () => {
  const table = parseTable('\ufeffname,text\r\n"a, b","say ""x""\nagain"\r\nc,\r\n', true);
  expect(table).toMatchObject({ header: ["name", "text"], faults: 0, delimiter: "," });
  expect(table.rows).toEqual([
    ["a, b", 'say "x"\nagain'],
    ["c", ""],
  ]);
});

test("a last line needs no end; a last empty field counts; empty lines do not", () => {
  expect(parseTable("a,b\n1,", true).rows).toEqual([["1", ""]]);
  expect(parseTable("a,b\n\n1,2", true).rows).toEqual([["1", "2"]]);
  expect(parseTable("", true)).toMatchObject({ header: [], rows: [] });
});

test("what is wrong is said, with the line, and nothing is dropped", () => {
  const table = parseTable('a,b,c\n1,2\n"x\ny",2,3,4\n"q"z,1,2\n"open,1', true);
  expect(table.rows).toEqual([["1", "2"], ["x\ny", "2", "3", "4"], ["qz", "1", "2"], ["open,1"]]);
  expect(table.problems).toEqual([
    "Line 5 has text after a closing quote.",
    "The quote that opens in line 6 is never closed.",
    "Line 2 has 2 fields; the header has 3.",
    "Line 3 has 4 fields; the header has 3.",
    "Line 6 has 1 field; the header has 3.",
  ]);
});

test("a row that is cut is left out as long as more may come", () => {
  expect(parseTable("a,b\n1,2\n3,", false).rows).toEqual([["1", "2"]]);
  expect(parseTable('a,b\n1,2\n3,"op', false)).toMatchObject({ rows: [["1", "2"]], faults: 0 });
});

test("many faults are counted, a few are told", () => {
  const table = parseTable(`a,b\n${"1\n".repeat(500)}`, true);
  expect(table.faults).toBe(500);
  expect(table.problems).toHaveLength(MOST_PROBLEMS);
});

test("the separator is what the header has most of", () => {
  expect(guessDelimiter("a\tb\tc")).toBe("\t");
  expect(guessDelimiter('"x,y,z";b\n1,2,3')).toBe(";");
  expect(guessDelimiter("single")).toBe(",");
});
