// An axis of parallel coordinates, as far as it takes part: its name moves it, its buttons change it, and a range of it
// is chosen by dragging or with the two ends of the range.

import { useRef, useState } from "preact/hooks";

import { Icon } from "../parts/icon";
import { compare } from "../text/compare";
import { type Brush, brushBetween, placesOf } from "./brush";
import type { Column } from "./column";
import { type Layout, pixelOn, placeAt } from "./parallel";
import { formatValue } from "./values";

interface AxisProps {
  column: Column;
  index: number;
  layout: Layout;
  brush: Brush | undefined;
  isFlipped: boolean;
  /** A range while it is dragged, and after. */
  onBrush: (brush: Brush | undefined, isDone: boolean) => void;
  onMove: (to: number) => void;
  onFlip: () => void;
  onRemove: () => void;
  /** Absent where the axis cannot be logarithmic. */
  onLog: (() => void) | undefined;
}

/** Pixels that the pointer has to move before something is dragged. */
const THRESHOLD = 4;

export function AxisControls(props: AxisProps) {
  const { column, layout, index } = props;
  const x = layout.xs[index] ?? 0;
  return (
    <div class="axis" role="group" aria-label={column.label}>
      <Head {...props} x={x} />
      <Track {...props} x={x} />
    </div>
  );
}

function Head({ column, index, layout, x, onMove, onFlip, onRemove, onLog, isFlipped }: AxisProps & { x: number }) {
  const [shift, setShift] = useState(0);
  const start = useRef<number | undefined>(undefined);
  const { parallel } = compare;
  const width = Math.max(96, Math.min(220, layout.gap || 220) - 4);
  return (
    <div
      class={`axis-head ${shift ? "dragged" : ""}`}
      style={{ left: `${x - width / 2 + shift}px`, width: `${width}px` }}
    >
      <button
        class="axis-name"
        title={parallel.move(column.label)}
        aria-label={parallel.move(column.label)}
        onKeyDown={(event) => {
          const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          onMove(index + step);
        }}
        onPointerDown={(event) => {
          if (event.button) return;
          start.current = event.clientX;
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => {
          if (start.current === undefined) return;
          const moved = event.clientX - start.current;
          if (shift || Math.abs(moved) >= THRESHOLD) setShift(moved || 0.1);
        }}
        onPointerUp={() => {
          if (shift && layout.gap) onMove(index + Math.round(shift / layout.gap));
          start.current = undefined;
          setShift(0);
        }}
        onPointerCancel={() => {
          start.current = undefined;
          setShift(0);
        }}
      >
        {column.label}
      </button>
      <span class="axis-tools">
        <button
          class="plain small"
          aria-label={parallel.flip(column.label)}
          title={parallel.flip(column.label)}
          aria-pressed={isFlipped}
          onClick={onFlip}
        >
          <Icon name={isFlipped ? "sortDown" : "sortUp"} size={13} />
        </button>
        {onLog && (
          <button
            class="plain small"
            aria-label={parallel.log(column.label)}
            title={parallel.log(column.label)}
            aria-pressed={column.scale.kind === "log"}
            onClick={onLog}
          >
            {parallel.logShort}
          </button>
        )}
        <button
          class="plain small"
          aria-label={parallel.remove(column.label)}
          title={parallel.remove(column.label)}
          onClick={onRemove}
        >
          <Icon name="close" size={12} />
        </button>
      </span>
    </div>
  );
}

/** What is dragged, from which place: a new range, one of its ends, or all of it. */
interface Drag {
  kind: "new" | "low" | "high" | "all";
  from: number;
  range: readonly [number, number];
}

function Track({ column, layout, x, brush, isFlipped, onBrush }: AxisProps & { x: number }) {
  const track = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | undefined>(undefined);
  const { scale, label } = column;
  const range = brush && placesOf(scale, brush);
  const [low, high] = range ?? [0, 1];
  const height = layout.bottom - layout.top;

  const placeOf = (event: PointerEvent) => {
    const top = track.current?.getBoundingClientRect().top ?? 0;
    return placeAt(layout, event.clientY - top + layout.top, isFlipped);
  };
  const begin = (event: PointerEvent, kind: Drag["kind"]) => {
    if (event.button) return;
    event.preventDefault(); // no text is selected
    event.stopPropagation();
    track.current?.setPointerCapture(event.pointerId);
    drag.current = { kind, from: placeOf(event), range: [low, high] };
    if (kind !== "new") (event.target as HTMLElement).focus();
  };
  const rangeAt = ({ kind, from, range: [start, end] }: Drag, place: number): readonly [number, number] => {
    if (kind === "new") return [from, place];
    if (kind === "low") return [place, end];
    if (kind === "high") return [start, place];
    const shift = Math.min(1 - end, Math.max(-start, place - from));
    return [start + shift, end + shift];
  };
  const follow = (event: PointerEvent, isDone: boolean) => {
    const now = drag.current;
    if (!now) return;
    if (isDone) drag.current = undefined;
    const place = placeOf(event);
    const isClick = Math.abs(place - now.from) * height < THRESHOLD;
    if (isClick && now.kind === "new") {
      if (isDone) onBrush(undefined, true); // a click beside a range takes it away
    } else onBrush(brushBetween(scale, ...rangeAt(now, place)), isDone);
  };
  const press = (event: KeyboardEvent, end: "low" | "high") => {
    const one = scale.kind === "category" ? 1 / scale.categories.length : 0.01;
    const up = isFlipped ? -one : one;
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: up,
      ArrowRight: up,
      ArrowDown: -up,
      ArrowLeft: -up,
      PageUp: up * 10,
      PageDown: -up * 10,
      Home: -1,
      End: 1,
    };
    const step = steps[event.key];
    if (event.key === "Delete" || event.key === "Backspace") onBrush(undefined, true);
    else if (step !== undefined) {
      const least = scale.kind === "category" ? one : 0;
      if (end === "low") onBrush(brushBetween(scale, Math.min(low + step, high - least), high), true);
      else onBrush(brushBetween(scale, low, Math.max(high + step, low + least)), true);
    } else return;
    event.preventDefault();
  };
  const handle = (end: "low" | "high") => {
    const place = end === "low" ? low : high;
    return (
      <div
        class={`axis-end ${range ? "" : "unset"}`}
        role="slider"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label={end === "low" ? compare.parallel.lower(label) : compare.parallel.upper(label)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(place * 100)}
        aria-valuetext={endText(column, place, end)}
        style={{ top: `${pixelOn(layout, place, isFlipped) - layout.top}px` }}
        onPointerDown={(event) => begin(event, end)}
        onKeyDown={(event) => press(event, end)}
      />
    );
  };
  const [first, second] = [low, high].map((place) => pixelOn(layout, place, isFlipped) - layout.top);
  return (
    <div
      ref={track}
      class="axis-track"
      style={{ left: `${x - 11}px`, top: `${layout.top}px`, height: `${height}px` }}
      onPointerDown={(event) => begin(event, "new")}
      onPointerMove={(event) => follow(event, false)}
      onPointerUp={(event) => follow(event, true)}
      onPointerCancel={(event) => follow(event, true)}
    >
      {range && first !== undefined && second !== undefined && (
        <div
          class="axis-range"
          style={{ top: `${Math.min(first, second)}px`, height: `${Math.abs(second - first)}px` }}
          onPointerDown={(event) => begin(event, "all")}
        />
      )}
      {handle("low")}
      {handle("high")}
    </div>
  );
}

/** Say where an end of a range is. */
function endText({ scale }: Column, place: number, end: "low" | "high"): string {
  if (scale.kind !== "category") return formatValue(scale.valueAt(place));
  const inside = scale.categories.filter((category) =>
    end === "low" ? scale.place(category) >= place : scale.place(category) <= place,
  );
  return (end === "low" ? inside[0] : inside.at(-1)) ?? "";
}
