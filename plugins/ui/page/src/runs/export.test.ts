import { expect, test } from "vitest";

import type { RunRow } from "../api/tables";
import { ColorBook, toggled } from "./charted";
import { cellsOf, harmless, headerOf } from "./export";
import { forEach } from "./progress";
import { viewsOf } from "./saved";
import type { ColumnSpec } from "./view";

const ROW: RunRow = {
  runId: "ab12",
  name: "=HYPERLINK(1)",
  experimentId: "1",
  user: "me",
  status: "FINISHED",
  startTime: 0,
  endTime: 1500,
  isDeleted: false,
  parentRunId: null,
  childCount: 0,
  datasets: [{ name: "iris", digest: "d" }],
  metrics: { loss: { latest: NaN, minimum: 0.1, maximum: Infinity, step: 3 } },
  params: { lr: "-0.10", "=x": "@a" },
  tags: {},
};

test("a file has the shown columns, in full and harmless to spreadsheets", () => {
  const columns: ColumnSpec[] = [
    { kind: "attribute", key: "run_name" },
    { kind: "attribute", key: "start_time" },
    { kind: "attribute", key: "duration" },
    { kind: "attribute", key: "run_id" },
    { kind: "metric", key: "loss" },
    { kind: "metric", key: "loss", aggregate: "best" },
    { kind: "param", key: "lr" },
    { kind: "param", key: "=x" },
    { kind: "tag", key: "none" },
  ];
  expect(headerOf(columns)).toEqual([
    "run_id",
    "run_name",
    "start_time",
    "duration",
    "metrics.loss",
    "metrics.loss.min",
    "params.lr",
    "params.=x",
    "tags.none",
  ]);
  expect(cellsOf(columns, ROW)).toEqual([
    "ab12",
    "'=HYPERLINK(1)",
    "1970-01-01T00:00:00.000Z",
    1.5,
    NaN,
    0.1,
    "-0.10",
    "'@a",
    null,
  ]);
});

test.each(["-1", "+1e-4", "a=b", "1-2", ""])("harmless as it is: %s", (text) => expect(harmless(text)).toBe(text));
test.each(["=1+1", "+a", "-a", "@x", "\t=1"])("a formula no more: %s", (text) =>
  expect(harmless(text)).toBe(`'${text}`),
);

test("runs that are shown together have colours of their own, and keep them", () => {
  const book = new ColorBook();
  const ids = Array.from({ length: 12 }, (_, i) => `run${i}`);
  const colors = book.assign(ids);
  expect(new Set(colors.values()).size).toBe(12);
  expect(book.assign(ids.slice(3, 6)).get("run4")).toBe(colors.get("run4"));
  expect(toggled(["a", "b"], "a")).toEqual(["b"]);
  expect(toggled(["a"], "b")).toEqual(["a", "b"]);
});

test("saved views are read from tags", () => {
  const tags = [
    { key: "runyard.view.b", value: "filter=x" },
    { key: "runyard.view.a", value: "mode=charts" },
    { key: "runyard.view.", value: "" },
    { key: "team", value: "x" },
  ];
  const views = viewsOf(tags);
  expect(views.map(({ name }) => name)).toEqual(["a", "b"]);
  expect(views[1]?.view.filter).toBe("x");
});

test("the first failure ends what is done with many", async () => {
  const seen: number[] = [];
  const { done, error } = await forEach(
    Array.from({ length: 50 }, (_, i) => i),
    async (item) => {
      await Promise.resolve();
      if (item === 10) throw new Error("no");
      seen.push(item);
    },
    () => undefined,
    new AbortController().signal,
  );
  expect(error?.message).toBe("no");
  expect(done).toEqual(seen);
  expect(done.length).toBeLessThan(20);
});
