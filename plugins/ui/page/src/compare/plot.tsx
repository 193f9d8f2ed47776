// A plot: a canvas that is drawn anew when its size, the theme or what it shows changes, with the run under the pointer
// marked above it, the values as a table below it, and files of both.

import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { download } from "../app/download";
import { go } from "../app/router";
import { isDark } from "../app/theme";
import { toCsv } from "../parts/csv";
import { Menu } from "../parts/menu";
import type { RunRow } from "../api/tables";
import type { ChartedRun, RunsModel } from "../runs/model";
import { compare } from "../text/compare";
import type { Column } from "./column";
import { type Draw, savePng, saveSvg } from "./export";
import type { Ink, Size } from "./frame";
import { CanvasPen, type Pen } from "./pen";
import { formatValue, runHref, Values } from "./values";

/** Where runs are in a plot. Places in the list of runs stand for them. */
export interface Places {
  /** The run at a pixel. */
  hit: (x: number, y: number, size: Size) => number | undefined;
  /** Where a run is told about. */
  at: (run: number, size: Size) => readonly [number, number];
  /** All runs that are shown, in the order in which keys walk through them. */
  order: readonly number[];
}

interface PlotViewProps {
  model: RunsModel;
  runs: readonly ChartedRun[];
  /** What is told of each run. */
  columns: readonly Column[];
  /** Says what the plot shows. */
  label: string;
  /** The name of files, without an ending. */
  name: string;
  height: number;
  leastWidth?: number;
  draw: Draw;
  /** Draws what only files need, such as the names that are buttons on the page. */
  drawFile?: Draw;
  /** Marks a run above the drawing. */
  mark: (pen: Pen, size: Size, ink: Ink, run: number) => void;
  places: Places;
  /** Stands above the canvas. */
  children?: (size: Size) => ComponentChildren;
  /** Stands below the canvas. */
  caption?: ComponentChildren;
}

/** Shows a plot. */
export function PlotView(props: PlotViewProps) {
  const { model, runs, columns, draw, mark, places, height } = props;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const width = Math.max(useWidth(box), props.leastWidth ?? 0);
  const size = useMemo(() => ({ width, height }), [width, height]);
  const dark = isDark.value;
  const byId = useMemo(() => new Map(runs.map(({ row }, i) => [row.runId, i])), [runs]);
  const hoveredId = model.hovered.value;
  const hovered = hoveredId === null ? undefined : byId.get(hoveredId);
  // whether the pointer or the focus is here: a run that is marked elsewhere is marked here, too, but not told about
  const [isHere, setHere] = useState(false);

  useLayoutEffect(() => {
    paint(canvas.current, size, draw);
  }, [draw, size, dark]);
  useLayoutEffect(() => {
    paint(above.current, size, (pen, _, ink) => {
      if (hovered !== undefined) mark(pen, size, ink, hovered);
    });
  }, [mark, size, dark, hovered]);

  const hover = (run: number | undefined) => model.hover(run === undefined ? null : (runs[run]?.row.runId ?? null));
  const open = (run: number | undefined) => {
    const row = run === undefined ? undefined : runs[run]?.row;
    if (row) go(runHref(row));
  };
  const move = (event: MouseEvent & { currentTarget: HTMLElement }) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    hover(places.hit(event.clientX - left, event.clientY - top, size));
    setHere(true);
  };
  const walk = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return; // a control above the canvas
    if (event.key === "Enter") open(hovered);
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (step === undefined || !places.order.length) return;
    event.preventDefault();
    const now = hovered === undefined ? -1 : places.order.indexOf(hovered);
    const count = places.order.length;
    hover(places.order[now < 0 ? (step > 0 ? 0 : count - 1) : (now + step + count) % count]);
    setHere(true);
  };
  const save = { name: props.name, draw: props.drawFile ?? draw };
  const told = isHere && hovered !== undefined ? runs[hovered]?.row : undefined;
  return (
    <figure class="plot">
      <div class="plot-scroll" ref={box}>
        {/* One thing that takes the focus, with keys that walk through its runs */}
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
        <div
          class="plot-area"
          role="group"
          tabIndex={0}
          aria-label={`${props.label}. ${compare.keysHint}`}
          style={{ width: `${size.width}px`, height: `${height}px` }}
          data-marked={told?.runId}
          onMouseMove={move}
          onMouseLeave={() => {
            hover(undefined);
            setHere(false);
          }}
          onClick={(event) => {
            if (event.target instanceof HTMLCanvasElement) open(hovered);
          }}
          onKeyDown={walk}
          onBlur={(event) => {
            if (event.target === event.currentTarget) setHere(false);
          }}
        >
          <canvas ref={canvas} aria-hidden="true" />
          <canvas ref={above} aria-hidden="true" />
          {props.children?.(size)}
          {told && hovered !== undefined && (
            <Tip at={places.at(hovered, size)} size={size} row={told} columns={columns} run={hovered} />
          )}
        </div>
      </div>
      <p class="hidden" role="status">
        {told && hovered !== undefined && spoken(told, columns, hovered)}
      </p>
      <figcaption class="plot-foot">
        <div class="grow quiet">{props.caption}</div>
        <Menu
          label={compare.saveAs}
          icon="download"
          text={compare.saveAs}
          class="plain small"
          items={[
            { label: compare.savePng, onSelect: () => savePng(save.name, save.draw, size, inkOf()) },
            { label: compare.saveSvg, onSelect: () => saveSvg(save.name, save.draw, size, inkOf()) },
            { label: compare.saveCsv, onSelect: () => download(`${save.name}.csv`, csvOf(runs, columns), "text/csv") },
          ]}
        />
      </figcaption>
      <Values runs={runs} columns={columns} />
    </figure>
  );
}

function Tip(props: {
  at: readonly [number, number];
  size: Size;
  row: RunRow;
  columns: readonly Column[];
  run: number;
}) {
  const [x, y] = props.at;
  const isLeft = x > props.size.width / 2;
  const isAbove = y > props.size.height / 2;
  return (
    <div
      class="plot-tip"
      style={{
        [isLeft ? "right" : "left"]: `${(isLeft ? props.size.width - x : x) + 14}px`,
        [isAbove ? "bottom" : "top"]: `${(isAbove ? props.size.height - y : y) + 10}px`,
      }}
    >
      <strong>{props.row.name || props.row.runId}</strong>
      <dl>
        {props.columns.map((column) => (
          <div key={column.id}>
            <dt>{column.label}</dt>
            <dd>{formatValue(column.values[props.run])}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function spoken(row: RunRow, columns: readonly Column[], run: number): string {
  const told = columns.map(({ label, values }) => `${label} ${formatValue(values[run])}`);
  return [row.name || row.runId, ...told].join(", ");
}

function csvOf(runs: readonly ChartedRun[], columns: readonly Column[]): string {
  const head = ["run_id", "run_name", ...columns.map(({ id }) => id)];
  return toCsv([head, ...runs.map(({ row }, i) => [row.runId, row.name, ...columns.map(({ values }) => values[i])])]);
}

/** Draw on a canvas, sharp on every screen. */
function paint(canvas: HTMLCanvasElement | null, size: Size, draw: Draw): void {
  const context = canvas?.getContext("2d");
  if (!canvas || !context || !size.width) return;
  const density = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(size.width * density), Math.round(size.height * density)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.width = `${size.width}px`;
    canvas.style.height = `${size.height}px`;
  }
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  draw(new CanvasPen(context, density), size, inkOf());
}

/** Return the colours of the page as they are now. */
export function inkOf(): Ink {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ground: read("ground"),
    text: read("text"),
    quiet: read("text-quiet"),
    line: read("line"),
    accent: read("accent"),
    isDark: isDark.peek(),
  };
}

function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  const measure = useCallback(() => setWidth(Math.floor(element.current?.clientWidth ?? 0)), [element]);
  useLayoutEffect(measure, [measure]);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(measure);
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, measure]);
  return width;
}
