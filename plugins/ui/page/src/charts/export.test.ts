import { expect, test } from "vitest";

import { spanOf } from "./bars";
import { csvOf, escape, fileName, type Picture, svgOf } from "./export";
import { frameOf, type Item, makeFigure } from "./figure";

function pictureOf(name: string, values: number[], smoothing = 0): Picture {
  const steps = values.map((_, i) => i);
  const series = { runId: "r1", key: "k", total: values.length, steps, timestamps: steps, values };
  const item: Item = { runId: "r1", name, color: "#123456", startTime: 0, group: undefined, key: "k", series };
  const figure = makeFigure([item], ["k"], {
    x: "step",
    smoothing: { method: "ema", amount: smoothing },
    isGrouped: false,
    spread: "range",
    colorOfGroup: () => "",
  });
  return {
    title: "a <chart> & more",
    xLabel: "step",
    figure,
    frame: frameOf(figure, "step", false, {}),
    width: 400,
    height: 300,
    colors: { ground: "#fff", text: "#000", quiet: "#555", line: "#ccc" },
    notes: ["noted"],
  };
}

function parse(text: string): Document {
  return new DOMParser().parseFromString(text, "image/svg+xml");
}

test("a graphic has the lines, the marks, the legend and what is said", () => {
  const { text } = svgOf(pictureOf('evil"><script>alert(1)</script>', [1, NaN, 3, 4, Infinity]));
  const found = parse(text);
  expect(found.querySelector("script")).toBeNull();
  expect(text).toContain("&lt;script&gt;");
  expect(text).toContain("a &lt;chart&gt; &amp; more");
  expect(text).toContain("noted");
  expect([...text.matchAll(/ d="M[^"]+"/g)].length).toBeGreaterThan(4);
});

test("smooth lines have the others behind them", () => {
  const count = (text: string) => text.split('stroke="#123456"').length;
  expect(count(svgOf(pictureOf("r", [1, 2, 3], 0.5)).text)).toBe(count(svgOf(pictureOf("r", [1, 2, 3])).text) + 1);
});

test("single values are bars", () => {
  const bar = { runId: "r", name: "run", color: "red", key: "k" };
  const bars = [1, -2, NaN].map((value) => ({ ...bar, value }));
  const { text } = svgOf({ ...pictureOf("r", [1]), bars });
  expect(text.split("<rect").length - 1).toBe(1 + 3);
  expect(text).toContain(">NaN<");
});

test("bars begin at zero", () => {
  expect(spanOf(1, [1, -1])).toEqual({ start: 0.5, length: 0.5 });
  expect(spanOf(-1, [1, -1])).toEqual({ start: 0, length: 0.5 });
  expect(spanOf(2, [2, 4])).toEqual({ start: 0, length: 0.5 });
  expect(spanOf(Infinity, [2, Infinity])).toEqual({ start: 0, length: 1 });
  expect(spanOf(0, [0])).toEqual({ start: 0, length: 0 });
});

test("points as a table", () => {
  expect(csvOf(pictureOf('a, "b"', [1, NaN]).figure, "step").split("\r\n")).toEqual([
    "run_id,run,metric,step,time,value",
    'r1,"a, ""b""",k,0,1970-01-01T00:00:00.000Z,1',
    'r1,"a, ""b""",k,1,1970-01-01T00:00:00.001Z,NaN',
    "",
  ]);
  expect(csvOf(pictureOf("r", [1, 2], 0.5).figure, "step")).toContain("value,smoothed\r\n");
});

test("texts that XML cannot hold", () => {
  expect(escape("a\u0000\u001fb\ud800c<'\"&>")).toBe("a��b�c&lt;&#39;&quot;&amp;&gt;");
});

test("names of files", () => {
  expect(fileName("train/loss, ü", "csv")).toBe("train-loss-ü.csv");
  expect(fileName("///", "svg")).toBe("-.svg");
});
