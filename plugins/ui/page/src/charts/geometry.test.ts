import { expect, test } from "vitest";

import type { Frame } from "./figure";
import { drawBand, drawLine, drawMark, project, TextPen } from "./geometry";
import { makeAxis } from "./scales";

function frame(x: [number, number], y: [number, number], isLogY = false): Frame {
  return { x: makeAxis(...x, false, "number"), y: makeAxis(...y, isLogY, "number"), outside: 0, impossible: 0 };
}

function lineIn(at: Frame, x: number[], y: number[]): string {
  const pen = new TextPen();
  drawLine(pen, x, y, project(at, 100, 100));
  return pen.toString();
}

test("a line with a gap, and a dot between two gaps", () => {
  expect(lineIn(frame([0, 10], [0, 10]), [0, 1, 2, 3, 4, 5, 6], [0, 10, NaN, 5, NaN, 0, 10])).toBe(
    "M0 100L10 0M30 50L30.01 50M50 100L60 0",
  );
});

test("only what is in view, and one point more on each side, is drawn", () => {
  const x = Array.from({ length: 100 }, (_, i) => i);
  expect(lineIn(frame([50, 52], [0, 100]), x, x).match(/[ML]/g)).toHaveLength(5);
});

test("on a logarithmic axis zero is a gap", () => {
  expect(lineIn(frame([0, 2], [1, 100], true), [0, 1, 2], [1, 0, 100])).toBe("M0 100L0.01 100M100 0L100.01 0");
});

test("infinities are gaps, and huge numbers stay within what can be drawn", () => {
  expect(lineIn(frame([0, 2], [0, 1]), [0, 1, 2], [0, Infinity, 1])).toBe("M0 100L0.01 100M100 0L100.01 0");
  const text = lineIn(frame([0, 1], [0, 1]), [0, 1], [0, 1e300]);
  expect(text).toBe("M0 100L100 -20000");
});

test("a band ends at its gaps, and at the edge of a logarithmic axis", () => {
  const draw = (low: number[], high: number[], at: Frame) => {
    const pen = new TextPen();
    drawBand(pen, [0, 1, 2], { low, high }, project(at, 100, 100), 100);
    return pen.toString();
  };
  expect(draw([0, 0, 0], [10, 10, 10], frame([0, 2], [0, 10]))).toBe("M0 0L50 0L100 0L100 100L50 100L0 100Z");
  expect(draw([0, NaN, 0], [10, NaN, 10], frame([0, 2], [0, 10])).match(/Z/g)).toHaveLength(2);
  expect(draw([-5, -5, -5], [100, 100, 100], frame([0, 2], [1, 100], true))).toBe(
    "M0 0L50 0L100 0L100 100L50 100L0 100Z",
  );
});

test("marks stand at the edges, and only in view", () => {
  const at = project(frame([0, 10], [0, 1]), 100, 100);
  const draw = (kind: "nan" | "high" | "low", x: number) => {
    const pen = new TextPen();
    drawMark(pen, { kind, x, color: "", runId: "" }, at, 100);
    return pen.toString();
  };
  expect(draw("nan", 5)).toContain("M46.5 92");
  expect(draw("high", 5)).toBe("M50 1L46.5 8L53.5 8Z");
  expect(draw("low", 5)).toBe("M50 99L46.5 92L53.5 92Z");
  expect(draw("nan", 11)).toBe("");
});
