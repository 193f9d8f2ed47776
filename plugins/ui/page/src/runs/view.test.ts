import { expect, test } from "vitest";

import { FIRST_VIEW, readView, type RunsView, writeView } from "./view";

test("a view that nobody changed leaves the address empty", () => {
  expect(writeView(FIRST_VIEW).toString()).toBe("");
});

test("the address holds the whole view", () => {
  const view: RunsView = {
    filter: "metrics.`a b` > 0.5 and params.x = 'ü&?#'",
    lifecycle: "DELETED_ONLY",
    orderBy: ["metrics.loss ASC"],
    columns: [{ kind: "metric", key: "loss", aggregate: "minimum", width: 120, isPinned: true }],
    nested: true,
    expanded: ["c"],
    times: "absolute",
    split: 40,
    mode: "charts",
    charted: ["a", "b"],
    charts: "x",
    compare: "y",
    groupBy: "params.x",
  };
  expect(readView(new URLSearchParams(writeView(view).toString()))).toEqual(view);
});

test("what cannot be read is as at first", () => {
  expect(readView(new URLSearchParams("columns=[1,{}]&mode=x&orderBy={&charted=3"))).toEqual({
    ...FIRST_VIEW,
    columns: [],
  });
});
