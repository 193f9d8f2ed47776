import { expect, test } from "vitest";

import { parse } from "./router";

test.each([
  [
    "#/experiments/1/runs/ab/artifacts/plots/a%20b.png",
    ["experiments", "1", "runs", "ab"],
    "tab=artifacts&path=plots%2Fa+b.png",
  ],
  ["#/experiments/1/runs/ab/model-metrics", ["experiments", "1", "runs", "ab"], "tab=model-metrics"],
  ["#/experiments/1/runs?searchFilter=x", ["experiments", "1"], "searchFilter=x"],
  ["#/experiments/1/runs/ab?tab=datasets", ["experiments", "1", "runs", "ab"], "tab=datasets"],
  ["#/experiments/1", ["experiments", "1"], ""],
  ["#/experiments/1/nonsense", ["experiments", "1", "nonsense"], ""],
  ["#/models/a/versions/1", ["models", "a", "versions", "1"], ""],
])("%s leads to a place", (hash, path, query) => {
  const place = parse(hash);
  expect(place.path).toEqual(path);
  expect(place.query.toString()).toBe(query);
});
