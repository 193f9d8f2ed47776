import { expect, test } from "vitest";

import { comparisonHref, readNamed } from "./named";

test("runs are named with commas, or as links to the reference's page have them", () => {
  const ids = { runIds: ["a", "b"], experimentIds: ["1"] };
  expect(readNamed(new URLSearchParams("runs=a,b&experiments=1"))).toEqual(ids);
  expect(readNamed(new URLSearchParams('runs=["a","b"]&experiments=["1"]'))).toEqual(ids);
  expect(readNamed(new URLSearchParams('runs=%5B%22a%22,%22b%22%5D&experiments=["1"]'))).toEqual(ids);
});

test("what cannot be read names no runs", () => {
  for (const text of ["", "runs=", 'runs=["a', "runs=[1,2]"]) {
    expect(readNamed(new URLSearchParams(text)).runIds).toEqual([]);
  }
  expect(readNamed(new URLSearchParams("runs=a,,a, b")).runIds).toEqual(["a", "b"]);
});

test("an address keeps the state that comes with it", () => {
  const address = comparisonHref({ runIds: ["a", "b"], experimentIds: ["1"] }, new URLSearchParams({ compare: "{}" }));
  expect(address).toBe("#/compare?runs=a%2Cb&experiments=1&compare=%7B%7D");
});
