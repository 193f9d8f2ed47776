import { expect, test } from "vitest";

import { highlight } from "./highlight";

test("code becomes lines of tokens, whose texts are the code", () => {
  const code = 'def f(x):\n    """Say\n    two lines."""\n    return x + 1  # why <b>\n';
  const lines = highlight(code, "python");
  expect(lines.map((tokens) => tokens.map(({ text }) => text).join("")).join("\n")).toBe(code);
  expect(lines[0]?.[0]).toEqual({ scope: "keyword", text: "def" });
  expect(lines[1]?.some(({ scope }) => scope === "string")).toBe(true);
  expect(lines[2]?.some(({ scope }) => scope === "string")).toBe(true);
  expect(lines[3]?.at(-1)).toEqual({ scope: "comment", text: "# why <b>" });
});

test("a language within another one is taken apart too", () => {
  const code = "<p>\n<style>\np { color: red }\n</style>\n<script>\nconst a = 1;\n</script>";
  const lines = highlight(code, "xml");
  expect(lines.map((tokens) => tokens.map(({ text }) => text).join("")).join("\n")).toBe(code);
  expect(lines[5]?.some(({ scope, text }) => scope === "keyword" && text === "const")).toBe(true);
});

test("a language that is not known stays plain", () => {
  expect(highlight("a\r\nb", "cobol")).toEqual([[{ scope: "", text: "a" }], [{ scope: "", text: "b" }]]);
});
