import { useMemo, useState } from "preact/hooks";

import { isDark } from "../app/theme";
import { tell } from "../app/notices";
import { Empty } from "../parts/empty";
import { compare } from "../text/compare";
import { AxisControls } from "./axis";
import { AxisMenu } from "./axis-menu";
import { type Brush, filterOf } from "./brush";
import { colorOn } from "./color";
import { columnOf } from "./column";
import type { Draw } from "./export";
import { idOf } from "./fields";
import type { PlotProps } from "./panel-props";
import {
  drawParallel,
  insideOf,
  layoutOf,
  leastWidth,
  lineOf,
  moved,
  nearestLine,
  type ParallelDrawing,
} from "./parallel";
import { FieldSelect } from "./picker";
import { PlotView } from "./plot";
import { type CompareState, withEntry, writeState } from "./state";

const HEIGHT = 440;
/** The address names the runs in charts: not too many. */
const MOST_CHARTED = 100;
const { parallel: words } = compare;

/** Parallel coordinates: an axis for each field, a line for each run; ranges of axes choose runs. */
export function ParallelPlot({ model, runs, columns: known, state, chosen, change, isFixed }: PlotProps) {
  const { axes, color: colorField } = chosen.parallel;
  const columns = useMemo(
    () => axes.map((field) => columnOf(runs, field, state.scales[idOf(field)])),
    [runs, axes, state.scales],
  );
  const colorId = colorField && idOf(colorField);
  const color = useMemo(
    () =>
      colorField &&
      (columns.find(({ id }) => id === colorId) ?? columnOf(runs, colorField, state.scales[idOf(colorField)])),
    [columns, runs, colorField, colorId, state.scales],
  );
  const dark = isDark.value;
  const colors = useMemo(
    () =>
      runs.map((run, i) =>
        color ? (colorOn(color.scale, color.values[i], dark) ?? (dark ? "#8492a8" : "#7a8699")) : run.color,
      ),
    [runs, color, dark],
  );
  const [brushes, setBrushes] = useBrushes(state, change);
  const flipped = useMemo(() => new Set(state.parallel.flipped), [state.parallel.flipped]);
  const inside = useMemo(() => insideOf(columns, brushes, runs.length), [columns, brushes, runs.length]);
  const drawing = useMemo<ParallelDrawing>(
    () => ({ columns, flipped, inside, colors, color }),
    [columns, flipped, inside, colors, color],
  );
  const [draw, drawFile] = useMemo((): [Draw, Draw] => {
    const on = { missing: compare.missing, more: compare.more };
    return [
      (pen, size, ink) => drawParallel(pen, size, ink, drawing, on, false),
      (pen, size, ink) => drawParallel(pen, size, ink, drawing, on, true),
    ];
  }, [drawing]);
  const hasLegend = color !== undefined;
  const places = useMemo(() => {
    const last = columns.at(-1);
    const order = runs.map((_, i) => i).filter((i) => inside[i]);
    if (last) order.sort((a, b) => (last.places[a] ?? NaN) - (last.places[b] ?? NaN));
    const layout = (size: { width: number; height: number }) => layoutOf(size, columns.length, hasLegend);
    return {
      hit: (x: number, y: number, size: { width: number; height: number }) =>
        nearestLine(columns, flipped, inside, layout(size), x, y),
      at: (run: number, size: { width: number; height: number }) => {
        const line = lineOf(columns, flipped, layout(size), run);
        return [line.at(-2) ?? 0, line.at(-1) ?? 0] as const;
      },
      order,
    };
  }, [runs, columns, flipped, inside, hasLegend]);

  const set = (part: Partial<CompareState["parallel"]>) =>
    change({ parallel: { ...state.parallel, brushes, ...part } });
  const ids = columns.map(({ id }) => id);
  const [said, setSaid] = useState("");
  const move = (from: number, to: number) => {
    const target = Math.max(0, Math.min(ids.length - 1, to));
    if (target === from) return;
    set({ axes: moved(ids, from, target) });
    setSaid(words.moved(columns[from]?.label ?? "", target + 1, ids.length));
  };
  const brushed = columns.flatMap(({ id, field, values }) => {
    const brush = brushes[id];
    return brush ? [{ field, brush, values }] : [];
  });
  const count = inside.reduce((sum, each) => sum + each, 0);
  const insideIds = () => runs.flatMap(({ row }, i) => (inside[i] ? row.runId : []));
  const cleared = writeState({ ...state, parallel: { ...state.parallel, brushes: {} } });
  const filter = () => {
    const old = model.view.value.filter.trim();
    const found = filterOf(brushed, insideIds());
    model.change({ filter: old ? `${old} and ${found}` : found, compare: cleared, mode: "split" });
  };
  const chart = () => {
    const charted = insideIds();
    model.change({ charted, compare: cleared });
    if (!isFixed) tell(words.charted(charted.length));
  };
  return (
    <>
      <div class="compare-tools row">
        <AxisMenu columns={known} axes={ids} onChange={(next) => set({ axes: next })} />
        <FieldSelect
          label={compare.field.color}
          columns={known}
          offer="all"
          value={colorField}
          empty={compare.ofRun}
          onChange={(id) => set({ color: id || "runs" })}
        />
        {brushed.length > 0 ? (
          <>
            <span role="status">{words.inside(count, runs.length)}</span>
            <button onClick={() => set({ brushes: {} })}>{words.clear}</button>
            {!isFixed && (
              <>
                <button onClick={filter}>{words.filter}</button>
                <button
                  onClick={() => {
                    model.select(new Set(insideIds()));
                    tell(words.ticked(count));
                  }}
                >
                  {words.select}
                </button>
              </>
            )}
            <button
              disabled={count === 0 || count > MOST_CHARTED}
              title={count > MOST_CHARTED ? words.tooMany(MOST_CHARTED) : undefined}
              onClick={chart}
            >
              {isFixed ? words.keep : words.chart}
            </button>
          </>
        ) : (
          columns.length > 0 && <span class="quiet">{words.hint}</span>
        )}
      </div>
      <p class="hidden" role="status">
        {said}
      </p>
      {columns.length === 0 ? (
        <Empty title={words.noAxes}>{words.noAxesHint}</Empty>
      ) : (
        <PlotView
          model={model}
          runs={runs}
          columns={color && !ids.includes(color.id) ? [...columns, color] : columns}
          label={words.label(
            runs.length,
            columns.map(({ label }) => label),
          )}
          name="parallel-coordinates"
          height={HEIGHT}
          leastWidth={leastWidth(columns.length, hasLegend)}
          draw={draw}
          drawFile={drawFile}
          mark={(pen, size, ink, run) => {
            const line = lineOf(columns, flipped, layoutOf(size, columns.length, hasLegend), run);
            pen.line(line, ink.ground, 6);
            pen.line(line, colors[run] ?? ink.accent, 3);
          }}
          places={places}
        >
          {(size) =>
            columns.map((column, i) => (
              <AxisControls
                key={column.id}
                column={column}
                index={i}
                layout={layoutOf(size, columns.length, hasLegend)}
                brush={brushes[column.id]}
                isFlipped={flipped.has(column.id)}
                onBrush={(brush, isDone) => {
                  setBrushes(withEntry(brushes, column.id, brush), isDone);
                }}
                onMove={(to) => move(i, to)}
                onFlip={() =>
                  set({
                    flipped: flipped.has(column.id)
                      ? state.parallel.flipped.filter((id) => id !== column.id)
                      : [...state.parallel.flipped, column.id],
                  })
                }
                onRemove={() => set({ axes: ids.filter((id) => id !== column.id) })}
                onLog={
                  column.scale.kind === "category" || !column.places.some((place) => place > 0)
                    ? undefined
                    : () =>
                        change({
                          scales: { ...state.scales, [column.id]: column.scale.kind === "log" ? "linear" : "log" },
                        })
                }
              />
            ))
          }
        </PlotView>
      )}
    </>
  );
}

type Brushes = Readonly<Record<string, Brush>>;

/** Ranges while they are dragged; the address has them when the dragging ends. */
function useBrushes(
  { parallel }: CompareState,
  change: PlotProps["change"],
): [Brushes, (brushes: Brushes, isDone: boolean) => void] {
  const [dragged, setDragged] = useState<Brushes>();
  return [
    dragged ?? parallel.brushes,
    (next, isDone) => {
      setDragged(isDone ? undefined : next);
      if (isDone) change({ parallel: { ...parallel, brushes: next } });
    },
  ];
}
