import { expect, test } from "vitest";

import type { RunColumns } from "../api/tables";
import { filter as text } from "../text/filter";
import { accept, complete } from "./complete";
import { isMistake, read, toldMistake, tokens } from "./grammar";

const COLUMNS: RunColumns = {
  total: 3,
  runs: 3,
  metrics: [
    { key: "loss", runs: 3, differs: true, minimum: 0.1, maximum: "NaN" },
    { key: "val loss", runs: 3, differs: true, minimum: 0.2, maximum: 2 },
    { key: "top.min", runs: 3, differs: true, minimum: 0.2, maximum: 2 },
  ],
  params: [{ key: "model", runs: 3, differs: true, distinct: 2, values: ["rf", "it's"] }],
  tags: [{ key: "mlflow.user", runs: 3, differs: false, distinct: 1, values: ["me"] }],
};

const offered = (filter: string, caret = filter.length) =>
  complete(filter, caret, COLUMNS, 1000 * 86_400_000).suggestions.map((suggestion) => suggestion.text);
const reading = (filter: string) => read(tokens(filter), text.expected);

test.each([
  "metrics.acc > 0.9 AND params.model = 'rf'",
  "metrics.loss.min < .1 or not (status = 'FINISHED' OR status == \"RUNNING\")",
  "params.model IN ('a', 'b') tags.keep IS NOT NULL",
  "params.depth BETWEEN 3 AND 10 AND run_name NOT ILIKE 'x%'",
  "metrics.`val loss` <> -1e-3 AND tags.mlflow.runName = 'a'",
  "",
])("a filter without a mistake: %s", (filter) => {
  expect(isMistake(reading(filter))).toBe(false);
});

test.each([
  ["metrics.acc > x", "x"],
  ["metrics.acc 3", "3"],
  ["params.model = 'rf", "'rf"],
  ["status IN 'a'", "'a'"],
  ["status = 'a')", ")"],
  ["status IS 3", "3"],
  ["a = 1 AND AND", undefined],
])("a mistake is where it is: %s", (filter, wrong) => {
  const result = reading(filter);
  if (wrong === undefined) expect(result).toMatchObject({ subject: "AND" });
  else expect(isMistake(result) && filter.slice(result.from, result.to)).toBe(wrong);
});

test("names are offered, in quotes where they need them", () => {
  expect(offered("")).toContain("metrics.loss");
  expect(offered("los")).toEqual(["metrics.loss", "metrics.`val loss`"]);
  expect(offered("metrics.val")).toEqual(["metrics.`val loss`"]);
  expect(offered("top")).toEqual(["metrics.`top.min`"]);
  expect(offered("metrics.loss")).toEqual(["metrics.loss.min", "metrics.loss.max"]);
  expect(offered("status = 'x' AND mod")).toEqual(["params.model"]);
});

test("operators and values fit the name", () => {
  expect(offered("metrics.loss ")).not.toContain("LIKE");
  expect(offered("params.model ")).toContain("LIKE");
  expect(offered("params.model = ")).toEqual(["'rf'", `"it's"`]);
  expect(offered("params.model IN ('r")).toEqual(["'rf'"]);
  expect(offered("params.model IN ('rf' ")).toEqual([")"]);
  expect(offered("metrics.loss > ")).toEqual(["0.1"]);
  expect(offered("status = ")).toContain("'FAILED'");
  expect(offered("start_time > ")).toContain(String(999 * 86_400_000));
  expect(offered("(status = 'FAILED' ")).toEqual(["AND", "OR", ")"]);
});

test("what is offered replaces what was typed, also in the middle", () => {
  const filter = "los < 1 AND params.model = 'rf'";
  const completion = complete(filter, 3, COLUMNS, 0);
  expect(accept(filter, completion, { text: "metrics.loss", detail: "" })).toEqual([
    "metrics.loss < 1 AND params.model = 'rf'",
    13,
  ]);
});

test("the server's mark is found, also in a long filter", () => {
  const filter = "metrics.acc > 0.9 AND stat = 'FINISHED'";
  const message = `There is no attribute.\n  ${filter}\n${" ".repeat(24)}^^^^`;
  expect(toldMistake(message, filter)).toEqual({ from: 22, to: 26, message: "There is no attribute." });
  const part = `No.\n  ... AND stat = 'FIN ...\n${" ".repeat(10)}^^^^`;
  expect(toldMistake(part, filter)).toMatchObject({ from: 22, to: 26 });
  expect(toldMistake("Something else", filter)).toBeUndefined();
});
