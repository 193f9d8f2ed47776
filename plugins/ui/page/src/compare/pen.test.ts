import { expect, test } from "vitest";

import { fit, SvgPen } from "./pen";

test("an SVG holds what was drawn, and texts only as texts", () => {
  const pen = new SvgPen();
  pen.line([0, 0, 10.123, 20], "#123456", 2, 0.5, [4, 2]);
  pen.segments([0, 0, 1, 1, 2, 2, 3, 3], "red");
  pen.polygons([[0, 0, 1, 0, 1, 1]], { fill: "blue" });
  pen.circle(1, 2, 3, { fill: "green", stroke: "black" });
  pen.text(5, 6, `<script>alert("1")</script>\u0000&`, { color: "black", isUpright: true });
  const text = pen.toText(100, 50, "#ffffff");
  expect(text).not.toContain("<script");
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
  expect(parsed.querySelector("parsererror")).toBeNull();
  expect(parsed.querySelector("text")?.textContent).toBe('<script>alert("1")</script>&');
  expect([...parsed.querySelectorAll("path")].map((path) => path.getAttribute("d"))).toEqual([
    "M0 0L10.12 20",
    "M0 0L1 1M2 2L3 3",
    "M0 0L1 0L1 1Z",
  ]);
  expect(parsed.documentElement.getAttribute("viewBox")).toBe("0 0 100 50");
});

test("long texts are cut to a width", () => {
  expect(fit("short", 100)).toBe("short");
  expect(fit("a very long name of a metric", 60)).toMatch(/^a very.*…$/);
});
