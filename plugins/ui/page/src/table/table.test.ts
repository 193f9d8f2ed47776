import { expect, test } from "vitest";

import type { ColumnSpec } from "../runs/view";
import { aggregated, moved, pinned, removed, resized, shifted } from "./edit";
import { moveCursor } from "./keys";
import { inSight, LEAD, layoutOf, ROW, rowsInSight } from "./layout";

const COLUMNS: readonly ColumnSpec[] = [
  { kind: "attribute", key: "run_name", isPinned: true, width: 200 },
  { kind: "metric", key: "a", width: 100 },
  { kind: "metric", key: "b", width: 100 },
  { kind: "param", key: "c", width: 100 },
];
const keys = (columns: readonly ColumnSpec[]) => columns.map(({ key }) => key).join(" ");

test("pinned columns stand first, and free ones are drawn where they are in sight", () => {
  const layout = layoutOf([...COLUMNS.slice(1), ...COLUMNS.slice(0, 1)]);
  expect(layout.pinned.map(({ id, index, left }) => [id, index, left])).toEqual([["attribute:run_name", 2, LEAD]]);
  expect(layout.pinnedWidth).toBe(LEAD + 200);
  expect(layout.width).toBe(LEAD + 500);
  const wide = layoutOf([
    ...COLUMNS,
    ...Array.from({ length: 100 }, (_, i): ColumnSpec => ({ kind: "tag", key: `t${i}`, width: 100 })),
  ]);
  const sight = inSight(wide, 3000, 800);
  expect(sight.columns.length).toBeLessThan(15);
  expect(sight.columns[0]?.left).toBe(wide.pinnedWidth + sight.before);
});

test("rows in sight", () => {
  expect(rowsInSight(0, 10 * ROW, 100)).toEqual({ from: 0, to: 11 });
  expect(rowsInSight(95 * ROW, 10 * ROW, 100)).toEqual({ from: 95, to: 100 });
  expect(rowsInSight(5000, 100, 0)).toEqual({ from: 0, to: 0 });
});

test("columns are moved, pinned, resized and taken away", () => {
  expect(keys(moved(COLUMNS, "param:c", "metric:a"))).toBe("run_name c a b");
  expect(keys(moved(COLUMNS, "metric:a", "param:c"))).toBe("run_name b c a");
  expect(moved(COLUMNS, "metric:a", "attribute:run_name")[0]).toMatchObject({ key: "a", isPinned: true });
  expect(keys(shifted(COLUMNS, "metric:a", 1))).toBe("run_name b a c");
  expect(shifted(COLUMNS, "metric:a", -1)).toBe(COLUMNS); // pinned ones are apart
  expect(keys(pinned(COLUMNS, "param:c", true))).toBe("run_name c a b");
  expect(pinned(COLUMNS, "attribute:run_name", false)[0]).not.toHaveProperty("isPinned");
  expect(resized(COLUMNS, "metric:a", 3)[1]?.width).toBe(48);
  expect(keys(removed(COLUMNS, "metric:b"))).toBe("run_name a c");
});

test("a metric's column shows another of its values, but none twice", () => {
  const least = aggregated(COLUMNS, "metric:a", "minimum");
  expect(least[1]).toMatchObject({ key: "a", aggregate: "minimum" });
  const both = [...least, { kind: "metric", key: "a" } as const];
  expect(aggregated(both, "metric:a", "minimum")).toEqual(both);
});

test("keys move the cursor and stop at the edges", () => {
  const extent = { rows: 100, columns: 5, page: 10 };
  const at = { row: 5, column: 2 };
  expect(moveCursor("ArrowDown", false, at, extent)).toEqual({ row: 6, column: 2 });
  expect(moveCursor("ArrowUp", false, { row: 0, column: 2 }, extent)).toEqual({ row: -1, column: 2 });
  expect(moveCursor("PageUp", false, at, extent)).toEqual({ row: 0, column: 2 });
  expect(moveCursor("End", true, at, extent)).toEqual({ row: 99, column: 5 });
  expect(moveCursor("ArrowLeft", false, { row: 1, column: 1 }, extent)).toEqual({ row: 1, column: 1 });
  expect(moveCursor("x", false, at, extent)).toBeUndefined();
});
