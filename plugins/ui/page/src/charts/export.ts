// A chart as a file: a vector graphic, a picture of it, or its points.

import { download } from "../app/download";
import { toCsv } from "../parts/csv";
import { formatNumber } from "../parts/number";
import { type Bar, labelsOf, spanOf } from "./bars";
import type { Figure, Frame, Line } from "./figure";
import {
  dashOf,
  drawBand,
  drawDots,
  drawLine,
  drawMark,
  hasDots,
  type Pen,
  project,
  TextPen,
  widthOf,
} from "./geometry";
import { ticks } from "./scales";

/** What a picture shows besides its lines. */
export interface Picture {
  title: string;
  /** What the x axis shows. */
  xLabel: string;
  figure: Figure;
  frame: Frame;
  width: number;
  height: number;
  colors: { ground: string; text: string; quiet: string; line: string };
  /** Shown in place of lines. */
  bars?: readonly Bar[];
  /** What is said below it, line by line, such as how many points are shown. */
  notes: readonly string[];
}

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif";
const LEGEND_ROW = 18;
const MOST_NAMES = 60;

/** Return a text with what XML would read replaced, and without what it cannot hold. */
export function escape(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "�")
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "�")
      .replace(/&/g, "&amp;")
      .replace(/</g, "&lt;")
      .replace(/>/g, "&gt;")
      .replace(/"/g, "&quot;")
      .replace(/'/g, "&#39;")
  );
}

/** Return a chart as SVG, drawn with the same paths as on the screen, with its legend. */
export function svgOf(picture: Picture): { text: string; width: number; height: number } {
  if (picture.bars) return svgOfBars(picture, picture.bars);
  const { figure, frame, colors, width } = picture;
  const [left, top, right, bottom] = [62, 34, 14, 44];
  const [plotWidth, plotHeight] = [width - left - right, picture.height - top - bottom];
  const at = project(frame, plotWidth, plotHeight);
  const text = (x: number, y: number, content: string, more = "") =>
    `<text x="${x}" y="${y}" fill="${colors.quiet}" ${more}>${escape(content)}</text>`;
  const pathOf = (draw: (pen: Pen) => void, attributes: string) => {
    const pen = new TextPen();
    draw(pen);
    const d = pen.toString();
    return d && `<path d="${d}" ${attributes}/>`;
  };
  const axes = [
    ...ticks(frame.y, plotHeight / 40).map(({ at: place, label }) => {
      const y = ((frame.y.max - place) / (frame.y.max - frame.y.min)) * plotHeight;
      return (
        `<path d="M0 ${y.toFixed(1)}H${plotWidth}" stroke="${colors.line}"/>` +
        text(-8, Math.round(y) + 4, label, 'text-anchor="end"')
      );
    }),
    ...ticks(frame.x, plotWidth / 90).map(({ at: place, label }) => {
      const x = ((place - frame.x.min) / (frame.x.max - frame.x.min)) * plotWidth;
      return label
        .split("\n")
        .map((line, i) => text(Math.round(x), plotHeight + 16 + 13 * i, line, 'text-anchor="middle"'))
        .join("");
    }),
    text(plotWidth, plotHeight + 38, picture.xLabel, 'text-anchor="end"'),
  ];
  const stroke = (line: Line, more: string) => {
    const dash = dashOf(line);
    const dashes = dash.length > 0 ? ` stroke-dasharray="${dash.join(" ")}"` : "";
    return `fill="none" stroke="${escape(line.color)}" stroke-linejoin="round" stroke-linecap="round"${dashes} ${more}`;
  };
  const thick = widthOf(figure);
  const lines = figure.lines.flatMap((line) => [
    line.band
      ? pathOf(
          (pen) => line.band && drawBand(pen, line.x, line.band, at, plotHeight),
          `fill="${escape(line.color)}" opacity="0.18"`,
        )
      : "",
    line.raw ? pathOf((pen) => line.raw && drawLine(pen, line.x, line.raw, at), stroke(line, 'opacity="0.25"')) : "",
    pathOf((pen) => drawLine(pen, line.x, line.y, at), stroke(line, `stroke-width="${thick}"`)),
    hasDots(line, at, plotWidth)
      ? pathOf((pen) => drawDots(pen, line, at), stroke({ ...line, style: 0 }, 'stroke-width="5"'))
      : "",
  ]);
  const marks = figure.marks.map((mark) =>
    pathOf(
      (pen) => drawMark(pen, mark, at, plotHeight),
      mark.kind === "nan"
        ? `fill="none" stroke="${escape(mark.color)}" stroke-width="1.5"`
        : `fill="${escape(mark.color)}"`,
    ),
  );
  const legend = legendOf(figure, width - 24, colors.text);
  const notesTop = picture.height + legend.height;
  const height = notesTop + (picture.notes.length > 0 ? picture.notes.length * 16 + 8 : 0);
  const body = [
    `<rect width="${width}" height="${height}" fill="${colors.ground}"/>`,
    `<text x="12" y="22" fill="${colors.text}" font-size="14" font-weight="600">${escape(picture.title)}</text>`,
    `<g transform="translate(${left} ${top})">${axes.join("")}`,
    `<clipPath id="plot"><rect width="${plotWidth}" height="${plotHeight}"/></clipPath>`,
    `<g clip-path="url(#plot)">${lines.join("")}${marks.join("")}</g></g>`,
    `<g transform="translate(12 ${picture.height})">${legend.text}</g>`,
    ...picture.notes.map((note, i) => text(12, notesTop + 12 + i * 16, note)),
  ];
  return asFile(picture.title, body, width, height);
}

function asFile(title: string, body: readonly string[], width: number, height: number) {
  const text =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="${FONT}" font-size="11">\n<title>${escape(title)}</title>\n${body.join("\n")}\n</svg>\n`;
  return { text, width, height };
}

function svgOfBars({ title, width, colors }: Picture, bars: readonly Bar[]) {
  const [left, right, top, row] = [190, 80, 40, 20];
  const values = bars.map(({ value }) => value);
  const labels = labelsOf(bars);
  const height = top + bars.length * row + 12;
  const body = [
    `<rect width="${width}" height="${height}" fill="${colors.ground}"/>`,
    `<text x="12" y="22" fill="${colors.text}" font-size="14" font-weight="600">${escape(title)}</text>`,
    ...bars.map(({ color, value }, i) => {
      const { start, length } = spanOf(value, values);
      const [y, whole] = [top + i * row, width - left - right];
      return (
        `<text x="${left - 8}" y="${y + 12}" fill="${colors.text}" text-anchor="end">${escape(shorten(labels[i] ?? "", 28))}</text>` +
        `<rect x="${(left + start * whole).toFixed(1)}" y="${y + 2}" width="${Math.max(1, length * whole).toFixed(1)}" height="13" fill="${escape(color)}"/>` +
        `<text x="${width - right + 8}" y="${y + 12}" fill="${colors.text}">${formatNumber(value, 5)}</text>`
      );
    }),
  ];
  return asFile(title, body, width, height);
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function legendOf(figure: Figure, width: number, color: string): { text: string; height: number } {
  const parts: string[] = [];
  let [x, y] = [0, 12];
  for (const line of figure.lines.slice(0, MOST_NAMES)) {
    const label = shorten(line.label, 48);
    const wide = 26 + label.length * 6.4 + 14;
    if (x > 0 && x + wide > width) [x, y] = [0, y + LEGEND_ROW];
    const dash = dashOf(line);
    parts.push(
      `<path d="M${x.toFixed(1)} ${y - 4}h18" stroke="${escape(line.color)}" stroke-width="2.5"` +
        `${dash.length > 0 ? ` stroke-dasharray="${dash.join(" ")}"` : ""}/>`,
      `<text x="${(x + 24).toFixed(1)}" y="${y}" fill="${color}">${escape(label)}</text>`,
    );
    x += wide;
  }
  return { text: parts.join(""), height: figure.lines.length > 0 ? y + LEGEND_ROW : 0 };
}

/** Return the points that a chart shows as CSV. */
export function csvOf(figure: Figure, xLabel: string): string {
  const isGrouped = figure.lines.some((line) => line.runId === undefined);
  return isGrouped ? csvOfGroups(figure, xLabel) : csvOfRuns(figure);
}

function csvOfRuns(figure: Figure): string {
  const isSmooth = figure.lines.some(({ raw }) => raw);
  const rows: (string | number)[][] = [
    ["run_id", "run", "metric", "step", "time", "value", ...(isSmooth ? ["smoothed"] : [])],
  ];
  for (const { runId, label, key, points, y, raw } of figure.lines) {
    (raw ?? y).forEach((value, i) => {
      const time = new Date(points?.timestamps[i] ?? 0).toISOString();
      const step = points?.steps[i] ?? 0;
      rows.push([runId ?? "", label, key, step, time, value, ...(isSmooth ? [y[i] ?? NaN] : [])]);
    });
  }
  return toCsv(rows);
}

function csvOfGroups(figure: Figure, xLabel: string): string {
  const rows: (string | number)[][] = [["group", "metric", "runs", xLabel, "mean", "low", "high"]];
  for (const { label, key, runs, x, y, raw, band } of figure.lines) {
    x.forEach((at, i) => {
      rows.push([label, key, runs, at, (raw ?? y)[i] ?? NaN, band?.low[i] ?? "", band?.high[i] ?? ""]);
    });
  }
  return toCsv(rows);
}

/** Return a name for a file of a chart, with only what every system takes. */
export function fileName(title: string, extension: string): string {
  return `${title.replace(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 80) || "chart"}.${extension}`;
}

/** Save a chart as a vector graphic. */
export function saveSvg(picture: Picture): void {
  download(fileName(picture.title, "svg"), svgOf(picture).text, "image/svg+xml");
}

/** Save a chart as a picture with twice as many pixels as it has on the screen. */
export async function savePng(picture: Picture): Promise<void> {
  const { text, width, height } = svgOf(picture);
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * width, 2 * height];
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
    if (blob) download(fileName(picture.title, "png"), blob, "image/png");
  } finally {
    URL.revokeObjectURL(url);
  }
}
