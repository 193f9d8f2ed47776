import { expect, test } from "vitest";

import type { MetricColumn, RunColumns, TextColumn } from "../api/tables";
import { endOf, guessGoal, keysOf, tellingColumns, usualColumns } from "./columns";
import { nameOf, theseRuns, valueOf } from "./names";
import { nextSort, sortBy, sortOf } from "./sorting";
import type { ColumnSpec } from "./view";

const metric = (key: string, runs = 10, differs = true): MetricColumn => ({
  key,
  runs,
  differs,
  minimum: 0,
  maximum: 1,
});
const param = (key: string, distinct = 3, runs = 10, differs = true): TextColumn => ({
  key,
  runs,
  differs,
  distinct,
  values: [],
});
const columns = (part: Partial<RunColumns>): RunColumns => ({
  total: 10,
  runs: 10,
  metrics: [],
  params: [],
  tags: [],
  ...part,
});
const keys = (specs: readonly ColumnSpec[]) => specs.map(({ key }) => key);

test("what differs is shown, what tells most first", () => {
  const found = tellingColumns(
    columns({
      metrics: [
        metric("aux"),
        metric("rare_acc", 1),
        metric("same", 10, false),
        metric("system/cpu"),
        metric("val_loss"),
      ],
      params: [param("fixed", 1, 10, false), param("lr"), param("seed", 10)],
    }),
  );
  expect(keys(found)).toEqual(["val_loss", "aux", "rare_acc", "lr", "seed"]);
});

test("there is a bound, and params get a share of it", () => {
  const many = columns({
    metrics: Array.from({ length: 20 }, (_, i) => metric(`m${i}`)),
    params: Array.from({ length: 20 }, (_, i) => param(`p${i}`)),
  });
  const found = tellingColumns(many);
  expect(found).toHaveLength(12);
  expect(found.filter(({ kind }) => kind === "param")).toHaveLength(4);
});

test("of a single run everything is shown", () => {
  const one = columns({ total: 1, metrics: [metric("loss", 1, false)], params: [param("lr", 1, 1, false)] });
  expect(keys(tellingColumns(one))).toEqual(["loss", "lr"]);
});

test("columns that are shown stay when others come", () => {
  const before = tellingColumns(columns({ metrics: [metric("a")], params: [param("p")] }));
  const after = tellingColumns(columns({ metrics: [metric("a", 10, false), metric("loss")] }), before);
  expect(keys(after)).toEqual(["a", "loss", "p"]);
  expect(keys(usualColumns(after)).slice(0, 4)).toEqual(["run_name", "start_time", "duration", "a"]);
});

test("the best value is the smallest or the largest, by name or by choice", () => {
  expect([guessGoal("val_loss"), guessGoal("accuracy"), guessGoal("test/RMSE")]).toEqual([
    "minimize",
    "maximize",
    "minimize",
  ]);
  const best: ColumnSpec = { kind: "metric", key: "loss", aggregate: "best" };
  expect(endOf(best)).toBe("minimum");
  expect(endOf({ ...best, goal: "maximize" })).toBe("maximum");
  expect(endOf({ kind: "metric", key: "loss" })).toBe("latest");
});

test("the server is asked for each key once", () => {
  const asked = keysOf([
    { kind: "metric", key: "a" },
    { kind: "metric", key: "a", aggregate: "minimum" },
    { kind: "param", key: "b" },
    { kind: "attribute", key: "source" },
  ]);
  expect(asked).toEqual({ metrics: ["a"], params: ["b"], tags: ["mlflow.source.name"] });
});

test("names are written as the filter language has them", () => {
  expect(nameOf("metric", "val/loss")).toBe("metrics.val/loss");
  expect(nameOf("metric", "val loss")).toBe("metrics.`val loss`");
  expect(nameOf("metric", "loss.min")).toBe("metrics.`loss.min`");
  expect(nameOf("param", "x.min")).toBe("params.x.min");
  expect(nameOf("tag", "a`b")).toBe('tags."a`b"');
  expect(nameOf("param", "größe")).toBe("params.`größe`");
  expect(valueOf("it's")).toBe(`"it's"`);
  expect(theseRuns(["a", "b"])).toBe("run_id IN ('a', 'b')");
});

test("a click sorts the good way first, then the other, then not", () => {
  const loss: ColumnSpec = { kind: "metric", key: "loss", aggregate: "best" };
  const first = nextSort(loss, []);
  expect(first).toEqual(["metrics.loss.min ASC"]);
  const second = nextSort(loss, first);
  expect(second).toEqual(["metrics.loss.min DESC"]);
  expect(nextSort(loss, second)).toEqual([]);
  expect(nextSort({ kind: "metric", key: "acc" }, [])).toEqual(["metrics.acc DESC"]);
});

test("several keys, and keys that quote a direction", () => {
  const acc: ColumnSpec = { kind: "metric", key: "acc" };
  const odd: ColumnSpec = { kind: "param", key: "up desc" };
  const both = nextSort(odd, ["metrics.acc DESC"], true);
  expect(both).toEqual(["metrics.acc DESC", "params.`up desc` ASC"]);
  expect(sortOf(odd, both)).toEqual({ direction: "ASC", rank: 2 });
  expect(nextSort(acc, both, true)).toEqual(["metrics.acc ASC", "params.`up desc` ASC"]);
  expect(sortBy(acc, undefined, both, true)).toEqual(["params.`up desc` ASC"]);
  expect(nextSort({ kind: "attribute", key: "duration" }, both)).toBe(both);
  expect(sortOf({ kind: "attribute", key: "duration" }, both)).toBeUndefined();
});
