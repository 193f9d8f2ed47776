import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";

import { isDark } from "../app/theme";
import { charts } from "../text/charts";
import type { Figure, Frame } from "./figure";
import { Plot, type Pointing, type Theme } from "./plot";
import type { XKind } from "./state";
import { Tooltip } from "./tooltip";

/** Return the colours of charts, as the page has them now. */
export function themeOf(): Theme {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  return {
    ground: color("--ground"),
    text: color("--text"),
    quiet: color("--text-quiet"),
    line: color("--line"),
    accent: color("--accent"),
  };
}

/** Draws lines, shows what is pointed at, and lets the x axis be zoomed by pointer and by keys. */
export function Chart(props: {
  title: string;
  figure: Figure;
  frame: Frame;
  x: XKind;
  hovered: string | null;
  onHover: (runId: string | null) => void;
  onZoom: (range: readonly [number, number] | null) => void;
}) {
  const { figure, frame, hovered } = props;
  const root = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(null);
  const events = useRef(props);
  events.current = props;
  const pointing = useSignal<Pointing | null>(null);
  const hint = useId();
  const dark = isDark.value;

  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const made = new Plot(
      element,
      {
        zoom: (range) => events.current.onZoom(range),
        point: (at) => (pointing.value = at),
        hover: (runId) => events.current.onHover(runId),
      },
      events.current.figure,
      events.current.frame,
      themeOf(),
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.resize(element.clientWidth, element.clientHeight));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [pointing]);
  useEffect(() => plot.current?.show(figure, frame, themeOf()), [figure, frame, dark]);
  useEffect(() => plot.current?.light(hovered), [hovered]);

  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- an application takes keys
    <div
      class="chart"
      role="application"
      aria-label={charts.chart(props.title, figure.lines.length)}
      aria-describedby={hint}
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || !plot.current) return;
        if (!press(plot.current, event.key, props.onZoom)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <div ref={root} class="chart-plot" />
      <span id={hint} class="hidden">
        {charts.keys}
      </span>
      {pointing.value && <Tooltip pointing={pointing.value} x={props.x} hovered={hovered} />}
    </div>
  );
}

function press(plot: Plot, key: string, onZoom: (range: null) => void): boolean {
  if (key === "+" || key === "=") plot.zoom(0.5);
  else if (key === "-") plot.zoom(2);
  else if (key === "ArrowLeft") plot.pan(-0.2);
  else if (key === "ArrowRight") plot.pan(0.2);
  else if (key === "0" || key === "Home") onZoom(null);
  else return false;
  return true;
}
