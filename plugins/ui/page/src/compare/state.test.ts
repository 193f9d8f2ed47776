import { expect, test } from "vitest";

import { type CompareState, FIRST_STATE, readState, withEntry, writeState } from "./state";

test("what nobody changed leaves the address empty", () => {
  expect(writeState(FIRST_STATE)).toBe("");
  expect(readState("")).toEqual(FIRST_STATE);
});

test("the text holds the whole state", () => {
  const state: CompareState = {
    plot: "scatter",
    scope: "all",
    scales: { "param/lr": "log" },
    better: { loss: "maximize" },
    parallel: {
      axes: ["param/lr", "latest/a/b"],
      flipped: ["param/lr"],
      brushes: { "param/lr": [0.1, 0.2], "param/o": ["sgd"], "param/n": [] },
      color: "runs",
    },
    scatter: { x: "param/lr", y: "latest/acc", color: "param/o", size: "latest/t", front: ["minimize", "maximize"] },
    contour: { x: "a", y: "b", z: "c" },
    box: { y: "latest/acc", group: "tag/team" },
    table: { all: true, base: "r1" },
  };
  expect(readState(writeState(state))).toEqual(state);
});

test("only what differs is written", () => {
  expect(JSON.parse(writeState({ ...FIRST_STATE, table: { all: true, base: "" } }))).toEqual({ table: { all: true } });
});

test("what cannot be read is as at first", () => {
  for (const text of ["{", "3", "null", "[]", '{"plot":"pie","scope":1,"scales":{"a":"x"},"parallel":{"axes":[1]}}']) {
    expect(readState(text)).toEqual(FIRST_STATE);
  }
  expect(readState('{"parallel":{"brushes":{"a":[1,2,3],"b":["x",1],"c":[1,2]}}}').parallel.brushes).toEqual({
    c: [1, 2],
  });
  expect(readState('{"scatter":{"front":["minimize"],"x":3}}').scatter).toEqual(FIRST_STATE.scatter);
});

test("entries are set and taken away by name", () => {
  expect(withEntry({ a: 1 }, "b", 2)).toEqual({ a: 1, b: 2 });
  expect(withEntry({ a: 1, b: 2 }, "a", undefined)).toEqual({ b: 2 });
});
