import { expect, test } from "vitest";

import { readPlace, runHref } from "./place";

const RUN = { experiment_id: "1", run_id: "ab" };

test("the overview has the shortest address", () => {
  expect(runHref(RUN)).toBe("#/experiments/1/runs/ab");
  expect(readPlace(new URLSearchParams())).toEqual({ tab: "overview", path: "", model: "" });
});

test("an address leads to what it was made of", () => {
  const place = { tab: "artifacts", path: "a b/ü&?.json", model: "m-1" } as const;
  expect(readPlace(new URLSearchParams(runHref(RUN, place).split("?")[1]))).toEqual(place);
});

test.each([
  ["tab=model-metrics", "metrics"],
  ["tab=system-metrics", "system"],
  ["tab=nonsense", "overview"],
  ["tab=toString", "overview"],
])("%s shows %s", (query, tab) => {
  expect(readPlace(new URLSearchParams(query)).tab).toBe(tab);
});
