import { expect, test } from "vitest";

import { bestOf, differences } from "./difference";
import { rowsOf } from "./testing";

const runs = rowsOf([
  { params: { lr: "0.1", data: "x" }, metrics: { loss: 2, acc: 0.5, same: NaN }, tags: { "mlflow.user": "a", t: "1" } },
  { params: { data: "x" }, metrics: { loss: 1, acc: NaN, same: NaN }, tags: { "mlflow.user": "b", t: "2" } },
]);
const keys = { params: ["lr", "data"], metrics: ["loss", "acc", "same"], tags: ["mlflow.user", "t"] };

test("only rows that differ are shown; a missing value differs, NaN does not from NaN", () => {
  const shown = differences(runs, keys, {}, false);
  expect(shown.map(({ kind, rows }) => [kind, rows.map(({ field }) => field.key)])).toEqual([
    ["attribute", []],
    ["param", ["lr"]],
    ["metric", ["acc", "loss"]],
    ["tag", ["t"]],
  ]);
  expect(shown.map(({ total }) => total)).toEqual([3, 2, 3, 2]);
});

test("all rows are shown when they are asked for", () => {
  const all = differences(runs, keys, {}, true);
  expect(all.map(({ rows }) => rows.length)).toEqual([3, 2, 3, 2]);
  expect(all[1]?.rows.map(({ differs }) => differs)).toEqual([false, true]);
});

test("the best number is told by the metric's name, or as somebody said", () => {
  const best = (better: Record<string, "minimize" | "maximize">) =>
    differences(runs, keys, better, false)[2]?.rows.map(({ best: places }) => [...(places ?? [])]);
  expect(best({})).toEqual([[0], [1]]);
  expect(best({ loss: "maximize" })).toEqual([[0], [0]]);
});

test("several numbers may be best, infinities too, but never NaN", () => {
  expect([...bestOf([1, 3, 3, NaN, undefined], "maximize")]).toEqual([1, 2]);
  expect([...bestOf([Infinity, 3], "maximize")]).toEqual([0]);
  expect([...bestOf([NaN, undefined], "minimize")]).toEqual([]);
});
