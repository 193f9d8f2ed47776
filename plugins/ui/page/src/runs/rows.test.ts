import { expect, test } from "vitest";

import type { RunRow } from "../api/tables";
import { type ReadWindow, RowList, WINDOW } from "./rows";

function row(runId: string, childCount = 0): RunRow {
  return {
    runId,
    name: runId,
    experimentId: "1",
    user: "",
    status: "FINISHED",
    startTime: 0,
    endTime: null,
    isDeleted: false,
    parentRunId: null,
    childCount,
    datasets: [],
    metrics: {},
    params: {},
    tags: {},
  };
}

/** A server with `count` runs of which the second has three children. */
function listOf(count: number, expanded = new Set<string>()) {
  const asked: string[] = [];
  const errors: string[] = [];
  const state = { count, fails: false };
  const read: ReadWindow = async (parent, offset, signal) => {
    asked.push(`${parent ?? ""}@${offset}`);
    await Promise.resolve();
    signal.throwIfAborted();
    if (state.fails) throw new Error("broken");
    if (parent !== undefined) return { total: 3, rows: ["x", "y", "z"].map((name) => row(`${parent}${name}`)) };
    const length = Math.max(0, Math.min(WINDOW, state.count - offset));
    const rows = Array.from({ length }, (_, i) => row(`r${offset + i}`, offset + i === 1 ? 3 : 0));
    return { total: state.count, rows };
  };
  const list = new RowList({ read, expanded, onError: ({ message }) => errors.push(message) });
  const names = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => list.at(from + i).row?.runId ?? null);
  return { list, asked, errors, state, names };
}

test("windows are fetched when they come in sight, once", async () => {
  const { list, asked, names } = listOf(250);
  await list.load(0, 30);
  expect(list.count).toBe(250);
  await list.load(90, 120);
  await list.load(0, 120);
  expect(asked).toEqual(["@0", "@100"]);
  expect(names(99, 101)).toEqual(["r99", "r100"]);
  expect(names(200, 201)).toEqual([null]);
});

test("a request for what is out of sight again is ended", async () => {
  const { list, names } = listOf(1000);
  await list.load(0, 30);
  const first = list.load(400, 430);
  await Promise.all([first, list.load(900, 930)]);
  expect(names(900, 901)).toEqual(["r900"]);
  expect(names(400, 401)).toEqual([null]);
  await list.load(400, 430);
  expect(names(400, 401)).toEqual(["r400"]);
});

test("stale rows are shown until newer ones are there", async () => {
  const { list, asked, state, names } = listOf(3);
  await list.load(0, 30);
  list.markStale();
  state.count = 4;
  const loading = list.load(0, 30);
  expect(names(0, 3)).toEqual(["r0", "r1", "r2"]);
  await loading;
  expect(list.count).toBe(4);
  expect(asked).toEqual(["@0", "@0"]);
});

test("an empty list finds the first run", async () => {
  const { list, state } = listOf(0);
  await list.load(0, 30);
  expect(list.count).toBe(0);
  state.count = 1;
  list.markStale();
  await list.load(0, 30);
  expect(list.count).toBe(1);
});

test("a failure is told and can be overcome", async () => {
  const { list, errors, state } = listOf(3);
  state.fails = true;
  await list.load(0, 30);
  expect(errors).toEqual(["broken"]);
  state.fails = false;
  await list.load(0, 30);
  expect(list.count).toBe(3);
});

test("children stand below their parent, and what follows moves down", async () => {
  const expanded = new Set(["r1"]);
  const { list, asked, names } = listOf(250, expanded);
  await list.load(0, 30);
  expect(list.count).toBe(253);
  expect(names(0, 6)).toEqual(["r0", "r1", "r1x", "r1y", "r1z", "r2"]);
  expect([list.at(1).isOpen, list.at(1).depth, list.at(2).depth, list.at(5).depth]).toEqual([true, 0, 1, 0]);
  expect(asked).toEqual(["@0", "r1@0"]);
  expect([...list.fetched()].slice(0, 4).map(({ runId }) => runId)).toEqual(["r0", "r1", "r1x", "r1y"]);
  expanded.delete("r1");
  list.arrange();
  expect(list.count).toBe(250);
  expect(names(2, 3)).toEqual(["r2"]);
});

test("newer values come in without moving rows", async () => {
  const { list, names } = listOf(3);
  await list.load(0, 30);
  const version = list.version.value;
  list.update(new Map([["r1", { ...row("r1"), name: "new" }]]));
  expect(list.at(1).row?.name).toBe("new");
  expect(names(0, 3)).toEqual(["r0", "r1", "r2"]);
  expect(list.version.value).toBeGreaterThan(version);
});
