import { expect, test } from "vitest";

import { diffWords } from "./words";

test("equal texts have one part", () => {
  expect(diffWords("a b", "a b")).toEqual([{ kind: "same", text: "a b" }]);
  expect(diffWords("", "")).toEqual([]);
});

test("only the words that differ are told", () => {
  expect(diffWords("at most 20 words, please", "at most 100 words, please")).toEqual([
    { kind: "same", text: "at most " },
    { kind: "removed", text: "20 " },
    { kind: "added", text: "100 " },
    { kind: "same", text: "words, please" },
  ]);
  expect(diffWords("one", "one two")).toEqual([
    { kind: "removed", text: "one" },
    { kind: "added", text: "one two" },
  ]);
});

test("the parts make up both texts", () => {
  const [before, after] = ["x y  z\n- a, b; c (d)", "y z\n- a, c; b (d) e"];
  const parts = diffWords(before, after);
  const without = (kind: string) => parts.flatMap((part) => (part.kind === kind ? [] : part.text)).join("");
  expect(without("added")).toBe(before);
  expect(without("removed")).toBe(after);
  parts.forEach((part, i) => expect(part.kind).not.toBe(parts[i - 1]?.kind));
});

test("very long texts differ as a whole where they begin to differ", () => {
  const long = (word: string) => Array.from({ length: 4000 }, (_, i) => `${word}${i}`).join(" ");
  const parts = diffWords(`same ${long("a")} end`, `same ${long("b")} end`);
  expect(parts.map(({ kind }) => kind)).toEqual(["same", "removed", "added", "same"]);
});
