// A chart on the screen. uPlot keeps the axes, the crosshair (one for all charts) and the zoom; the lines are drawn on a
// layer of their own, with the paths that files have too, and above it one for the line that is looked at.

import "uplot/dist/uPlot.min.css";

import uPlot from "uplot";

import { type Figure, type Frame, type Line, type Near, nearest } from "./figure";
import { dashOf, drawBand, drawDots, drawLine, drawMark, hasDots, project, type Projection, widthOf } from "./geometry";
import { type Axis, placeOf, ticks, valueAt } from "./scales";

/** The colours of a chart, as CSS has them. */
export interface Theme {
  ground: string;
  text: string;
  quiet: string;
  line: string;
  accent: string;
}

/** What is pointed at. */
export interface Pointing {
  /** Where, in pixels of the whole chart. */
  left: number;
  top: number;
  /** The x that is pointed at. */
  x: number;
  /** What is there, the nearest first. */
  near: readonly Near[];
  /** Whether the pointer is in this chart, not in another that shows the same x. */
  isHere: boolean;
}

/** What a chart tells. */
export interface PlotEvents {
  /** A part of the x axis was chosen; `null` for all of it. */
  zoom: (range: readonly [number, number] | null) => void;
  point: (pointing: Pointing | null) => void;
  /** The run that the pointer is on. */
  hover: (runId: string | null) => void;
}

const SYNC = "runyard.charts";
/** How near a line has to be to be looked at, in pixels. */
const REACH = 36;

/** Draws a figure in an element. */
export class Plot {
  private readonly uplot: uPlot;
  private readonly lines = document.createElement("canvas");
  private readonly above = document.createElement("canvas");
  private at: Projection | undefined;
  private isHere = false;
  private lit: string | null = null;

  constructor(
    root: HTMLElement,
    private readonly events: PlotEvents,
    private figure: Figure,
    private frame: Frame,
    private theme: Theme,
  ) {
    const axis = (side: "x" | "y"): uPlot.Axis => ({
      stroke: () => this.theme.quiet,
      font: "11px system-ui, sans-serif",
      grid: { stroke: () => this.theme.line, width: 1, show: side === "y" },
      ticks: { stroke: () => this.theme.line, width: 1, size: side === "x" ? 4 : 0 },
      size: side === "x" ? 32 : (_, labels: string[] | null) => 14 + 6.2 * Math.max(3, ...(labels ?? []).map(lengthOf)),
      gap: side === "x" ? 3 : 6,
      splits: () => this.ticks(side).map(({ at }) => at),
      values: () => this.ticks(side).map(({ label }) => label),
    });
    const range = (side: "x" | "y") => (): [number, number] => [this.frame[side].min, this.frame[side].max];
    this.uplot = new uPlot(
      {
        width: Math.max(60, root.clientWidth),
        height: Math.max(60, root.clientHeight),
        padding: [8, 12, 0, 0],
        legend: { show: false },
        scales: { x: { time: false, range: range("x") }, y: { range: range("y") } },
        series: [{}, { show: true, stroke: "transparent", points: { show: false } }],
        axes: [axis("x"), axis("y")],
        cursor: {
          y: false,
          points: { show: false },
          drag: { x: true, y: false, setScale: false, dist: 4 },
          sync: {
            key: SYNC,
            scales: ["x", null],
            setSeries: false,
            // the pointer is shared, what is dragged is not
            filters: { pub: isPointer, sub: isPointer },
          },
          bind: { dblclick: () => () => (this.events.zoom(null), null) },
        },
        hooks: {
          draw: [() => this.paint()],
          setCursor: [() => this.point()],
          setSelect: [() => this.select()],
        },
      },
      this.ends(),
      root,
    );
    for (const layer of [this.lines, this.above]) {
      layer.className = "chart-layer";
      this.uplot.over.prepend(layer);
    }
    this.uplot.over.prepend(this.lines);
    this.uplot.over.addEventListener("mouseenter", () => (this.isHere = true));
    this.uplot.over.addEventListener("mouseleave", () => this.leave());
    this.uplot.over.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.paint();
  }

  /** Show something else, without a moment of nothing. */
  show(figure: Figure, frame: Frame, theme: Theme): void {
    [this.figure, this.frame, this.theme] = [figure, frame, theme];
    this.uplot.setData(this.ends(), true);
  }

  resize(width: number, height: number): void {
    if (width > 0 && height > 0) this.uplot.setSize({ width, height });
  }

  /** Set a run off from the others. */
  light(runId: string | null): void {
    if (runId === this.lit) return;
    this.lit = runId;
    this.paintAbove();
  }

  /** Zoom in (with a factor below 1) or out, around a place from 0 to 1. */
  zoom(factor: number, around = 0.5): void {
    const { min, max } = this.frame.x;
    const center = min + around * (max - min);
    const [low, high] = [center - (center - min) * factor, center + (max - center) * factor];
    this.tellZoom(low, high);
  }

  /** Move along the x axis, by a share of what is shown. */
  pan(share: number): void {
    const { min, max } = this.frame.x;
    const by = share * (max - min);
    this.tellZoom(min + by, max + by);
  }

  destroy(): void {
    this.uplot.destroy();
  }

  private tellZoom(low: number, high: number): void {
    const { isLog } = this.frame.x;
    const { extent } = this.figure;
    const [first, last] = [placeOf(extent[0], isLog), placeOf(extent[1], isLog)];
    if (low <= (Number.isNaN(first) ? -Infinity : first) && high >= last) this.events.zoom(null);
    else if (high > low) this.events.zoom([valueAt(low, isLog), valueAt(high, isLog)]);
  }

  /** uPlot draws nothing of this; it is there for its scales. */
  private ends(): uPlot.AlignedData {
    const { min, max } = this.frame.x;
    return [
      [min, max],
      [null, null],
    ];
  }

  private ticks(side: "x" | "y") {
    const { width, height } = this.uplot.bbox;
    const scale = uPlot.pxRatio;
    const axis: Axis = this.frame[side];
    return side === "x" ? ticks(axis, width / scale / 90) : ticks(axis, height / scale / 30);
  }

  private paint(): void {
    const { clientWidth: width, clientHeight: height } = this.uplot.over;
    const context = this.clear(this.lines);
    if (!context) return;
    const at = (this.at = project(this.frame, width, height));
    const thick = widthOf(this.figure);
    for (const line of this.figure.lines) {
      context.strokeStyle = context.fillStyle = line.color;
      if (line.band) {
        const path = new Path2D();
        drawBand(path, line.x, line.band, at, height);
        context.globalAlpha = 0.18;
        context.fill(path);
      }
      if (line.raw) {
        context.globalAlpha = 0.25;
        context.lineWidth = 1;
        this.strokeLine(context, line, line.raw, at);
      }
    }
    for (const line of this.figure.lines) {
      context.globalAlpha = 1;
      context.strokeStyle = line.color;
      context.lineWidth = thick;
      this.strokeLine(context, line, line.y, at);
      if (!hasDots(line, at, width)) continue;
      const dots = new Path2D();
      drawDots(dots, line, at);
      context.lineWidth = 5;
      context.setLineDash([]);
      context.stroke(dots);
    }
    context.setLineDash([]);
    context.lineWidth = 1.5;
    for (const mark of this.figure.marks) {
      const path = new Path2D();
      drawMark(path, mark, at, height);
      context.strokeStyle = context.fillStyle = mark.color;
      if (mark.kind === "nan") context.stroke(path);
      else context.fill(path);
    }
    this.paintAbove();
  }

  private paintAbove(): void {
    const context = this.clear(this.above);
    const at = this.at;
    const lit = this.figure.lines.filter(({ runId }) => runId !== undefined && runId === this.lit);
    this.lines.style.opacity = lit.length > 0 && this.figure.lines.length > lit.length ? "0.4" : "1";
    if (!context || !at) return;
    for (const line of lit) {
      for (const [color, width] of [
        [this.theme.ground, 5],
        [line.color, 2.5],
      ] as const) {
        context.strokeStyle = color;
        context.lineWidth = width;
        this.strokeLine(context, line, line.y, at);
      }
    }
  }

  private strokeLine(context: CanvasRenderingContext2D, line: Line, y: Float64Array, at: Projection): void {
    const path = new Path2D();
    drawLine(path, line.x, y, at);
    context.setLineDash([...dashOf(line)]);
    context.stroke(path);
  }

  private clear(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
    const { clientWidth: width, clientHeight: height } = this.uplot.over;
    const scale = window.devicePixelRatio;
    const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== wide || canvas.height !== high) {
      [canvas.width, canvas.height] = [wide, high];
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext("2d");
    if (!context) return null;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, wide, high);
    context.scale(scale, scale);
    context.lineJoin = context.lineCap = "round";
    return context;
  }

  private point(): void {
    const { left = -1, top = -1 } = this.uplot.cursor;
    const { at, uplot } = this;
    if (left < 0 || !at) {
      this.events.point(null);
      return;
    }
    const x = valueAt(uplot.posToVal(left, "x"), this.frame.x.isLog);
    const perPixel = Math.abs(valueAt(uplot.posToVal(left + 8, "x"), this.frame.x.isLog) - x);
    const distance = ({ line, index }: Near) => {
      const y = at.y(line.y[index] ?? NaN);
      return Number.isNaN(y) ? Infinity : Math.abs(y - top);
    };
    const near = this.figure.lines
      .map((line) => nearest(line, x, perPixel))
      .filter((found) => found !== undefined)
      .map((found) => ({ found, far: distance(found) }))
      .sort((a, b) => a.far - b.far);
    const { offsetLeft, offsetTop } = uplot.over;
    this.events.point({
      left: left + offsetLeft,
      top: top + offsetTop,
      x,
      near: near.map(({ found }) => found),
      isHere: this.isHere,
    });
    const first = near[0];
    if (this.isHere) this.events.hover(first && first.far <= REACH ? (first.found.line.runId ?? null) : null);
  }

  private leave(): void {
    this.isHere = false;
    this.events.point(null);
    this.events.hover(null);
  }

  private select(): void {
    const { left, width } = this.uplot.select;
    if (width < 4) return;
    const [low, high] = [this.uplot.posToVal(left, "x"), this.uplot.posToVal(left + width, "x")];
    this.uplot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.tellZoom(low, high);
  }

  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey) return; // the page scrolls
    event.preventDefault();
    const by = event.deltaY || event.deltaX;
    const box = this.uplot.over.getBoundingClientRect();
    this.zoom(2 ** (Math.sign(by) * Math.min(1, Math.abs(by) / 200)), (event.clientX - box.left) / box.width);
  }
}

function lengthOf(label: string): number {
  return label.length;
}

function isPointer(type: string): boolean {
  return type === "mousemove" || type === "mouseleave";
}
