import { expect, test } from "vitest";

import type { RunColumns } from "../api/tables";
import { choose, shownFields } from "./chosen";
import { fieldOf, idOf, keysOf } from "./fields";
import { FIRST_STATE } from "./state";

const param = (key: string, values: string[]) => ({
  key,
  runs: 10,
  differs: values.length > 1,
  distinct: values.length,
  values,
});
const COLUMNS: RunColumns = {
  total: 10,
  runs: 10,
  params: [
    param("lr", ["0.1", "0.2", "0.3"]),
    param("optimizer", ["adam", "sgd"]),
    param("same", ["x"]),
    param("prompt", ["a".repeat(90), "b".repeat(90)]),
    param("depth", ["1", "2", "3", "4"]),
  ],
  metrics: [
    { key: "val_loss", runs: 10, differs: true, minimum: 0, maximum: 1 },
    { key: "system/cpu", runs: 10, differs: true, minimum: 0, maximum: 1 },
  ],
  tags: [],
};

test("plots begin with what differs and can be drawn", () => {
  const { parallel, scatter, contour, box } = choose(FIRST_STATE, COLUMNS);
  expect(parallel.axes.map(idOf)).toEqual(["param/lr", "param/optimizer", "param/depth", "latest/val_loss"]);
  expect(parallel.color && idOf(parallel.color)).toBe("latest/val_loss");
  expect(contour.x && idOf(contour.x)).toBe("param/depth");
  expect(contour.y && idOf(contour.y)).toBe("param/lr");
  expect(scatter.y && idOf(scatter.y)).toBe("latest/val_loss");
  expect(box.group && idOf(box.group)).toBe("param/depth");
});

test("what was chosen is shown", () => {
  const state = {
    ...FIRST_STATE,
    plot: "scatter" as const,
    parallel: { ...FIRST_STATE.parallel, axes: ["tag/x", "nonsense", "minimum/val_loss"], color: "runs" },
    scatter: { ...FIRST_STATE.scatter, x: "param/lr", size: "attribute/duration" },
  };
  const chosen = choose(state, COLUMNS);
  expect(chosen.parallel.axes.map(idOf)).toEqual(["tag/x", "minimum/val_loss"]);
  expect(chosen.parallel.color).toBeUndefined();
  expect(shownFields(state, chosen).map(idOf)).toEqual(["param/lr", "latest/val_loss", "attribute/duration"]);
  expect(keysOf(shownFields(state, chosen))).toEqual({ params: ["lr"], metrics: ["val_loss"], tags: [] });
});

test("runs without anything leave plots empty", () => {
  const { parallel, contour } = choose(FIRST_STATE, { total: 1, runs: 1, params: [], metrics: [], tags: [] });
  expect(parallel.axes).toEqual([]);
  expect(contour.z).toBeUndefined();
});

test("an id is read as it was written", () => {
  for (const id of ["param/a/b", "latest/", "attribute/duration"])
    expect(idOf(fieldOf(id) ?? { kind: "tag", key: "" })).toBe(id);
  for (const id of ["", "/x", "other/x", "param"]) expect(fieldOf(id)).toBeUndefined();
});
