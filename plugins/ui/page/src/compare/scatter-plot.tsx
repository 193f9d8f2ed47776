import { useMemo } from "preact/hooks";

import { isDark } from "../app/theme";
import { Empty } from "../parts/empty";
import { guessGoal } from "../runs/columns";
import type { Goal } from "../runs/view";
import { compare } from "../text/compare";
import { colorOn } from "./color";
import { type Column, columnOf } from "./column";
import type { Draw } from "./export";
import { type Field, idOf, isMetric } from "./fields";
import { areaOf, type Size } from "./frame";
import type { PlotProps } from "./panel-props";
import { FieldSelect, ScaleSelect } from "./picker";
import { PlotView } from "./plot";
import { toNumber } from "./scale";
import { drawScatter, nearestPoint, paretoFront, pointOf, radiusOf } from "./scatter";

const HEIGHT = 460;
const MARGIN = 0.04;
const { scatter: words } = compare;

/** A scatter plot: a point for each run, with its colour and size, and the runs that no other is better than. */
export function ScatterPlot(props: PlotProps) {
  const { columns, state, chosen, change } = props;
  const { x, y, color, size } = chosen.scatter;
  const set = (part: Partial<typeof state.scatter>) => change({ scatter: { ...state.scatter, ...part } });
  const pick = (name: "x" | "y" | "color" | "size", value: Field | undefined) => (
    <FieldSelect
      label={compare.field[name]}
      columns={columns}
      offer={name === "size" ? "numbers" : "all"}
      value={value}
      {...(name === "color" && { empty: compare.ofRun })}
      {...(name === "size" && { empty: compare.nothing })}
      onChange={(id) => set({ [name]: id })}
    />
  );
  const { front } = state.scatter;
  return (
    <>
      <div class="compare-tools row">
        {pick("x", x)}
        <ScaleSelect field={x} scales={state.scales} onChange={(scales) => change({ scales })} />
        {pick("y", y)}
        <ScaleSelect field={y} scales={state.scales} onChange={(scales) => change({ scales })} />
        {pick("color", color)}
        {pick("size", size)}
        {x && y && (
          <label>
            <input
              type="checkbox"
              checked={front.length > 0}
              onChange={() => set({ front: front.length ? [] : [goalOf(x), goalOf(y)] })}
            />
            {words.front}
          </label>
        )}
        {x &&
          y &&
          front.map((goal, i) => (
            <select
              key={i}
              aria-label={words.goal(i ? compare.field.y : compare.field.x)}
              value={goal}
              onChange={(event) => {
                const chosenGoal = event.currentTarget.value as Goal;
                set({ front: front.map((each, j) => (i === j ? chosenGoal : each)) });
              }}
            >
              {Object.entries(words.goals).map(([id, text]) => (
                <option key={id} value={id}>
                  {i ? compare.field.y : compare.field.x}: {text}
                </option>
              ))}
            </select>
          ))}
      </div>
      {x && y ? <Scatter {...props} x={x} y={y} /> : <Empty title={compare.noFields} />}
    </>
  );
}

/** Params have no better end; more of what they are is taken to cost more. */
function goalOf(field: Field): Goal {
  return isMetric(field) ? guessGoal(field.key) : "minimize";
}

function Scatter({ model, runs, state, chosen, x: fieldX, y: fieldY }: PlotProps & { x: Field; y: Field }) {
  const { scales } = state;
  const { color: fieldColor, size: fieldSize } = chosen.scatter;
  const dark = isDark.value;
  const x = useColumn(runs, fieldX, scales, MARGIN);
  const y = useColumn(runs, fieldY, scales, MARGIN);
  const color = useColumn(runs, fieldColor, scales);
  const sizes = useColumn(runs, fieldSize, scales);
  const colors = useMemo(
    () => runs.map((run, i) => (color ? (colorOn(color.scale, color.values[i], dark) ?? "#7f8ca0") : run.color)),
    [runs, color, dark],
  );
  const { front: goals } = state.scatter;
  const front = useMemo(
    () => (goals.length ? paretoFront(x.values.map(toNumber), y.values.map(toNumber), goals) : []),
    [x, y, goals],
  );
  const draw = useMemo<Draw>(
    () => (pen, size, ink) =>
      drawScatter(pen, size, ink, { x, y, colors, color, size: sizes, front, goals }, compare.more),
    [x, y, colors, color, sizes, front, goals],
  );
  const hasLegend = color !== undefined;
  const places = useMemo(() => {
    const order = runs.map((_, i) => i).filter((i) => !Number.isNaN((x.places[i] ?? NaN) + (y.places[i] ?? NaN)));
    order.sort((a, b) => (x.places[a] ?? 0) - (x.places[b] ?? 0));
    return {
      hit: (left: number, top: number, size: Size) => nearestPoint(areaOf(size, y, hasLegend), x, y, left, top),
      at: (run: number, size: Size) => pointOf(areaOf(size, y, hasLegend), x, y, run),
      order,
    };
  }, [runs, x, y, hasLegend]);
  const missing = runs.length - places.order.length;
  const notes = [missing > 0 && words.without(missing), front.length > 0 && words.onFront(front.length)];
  return (
    <PlotView
      model={model}
      runs={runs}
      columns={distinct([x, y, color, sizes])}
      label={words.label(places.order.length, x.label, y.label)}
      name="scatter"
      height={HEIGHT}
      draw={draw}
      mark={(pen, size, ink, run) => {
        const [left, top] = pointOf(areaOf(size, y, hasLegend), x, y, run);
        if (Number.isNaN(left + top)) return;
        pen.circle(left, top, radiusOf(sizes, run, runs.length) + 3, { stroke: ink.text, width: 2 });
      }}
      places={places}
      caption={notes.filter((note) => note !== false).join(" · ")}
    />
  );
}

/** Return columns, each once. */
export function distinct(columns: readonly (Column | undefined)[]): Column[] {
  const known = columns.filter((column) => column !== undefined);
  return known.filter(({ id }, i) => known.findIndex((other) => other.id === id) === i);
}

/** Return a field of runs; the same one as long as nothing changes. */
export function useColumn(
  runs: PlotProps["runs"],
  field: Field,
  scales: PlotProps["state"]["scales"],
  margin?: number,
): Column;
export function useColumn(
  runs: PlotProps["runs"],
  field: Field | undefined,
  scales: PlotProps["state"]["scales"],
  margin?: number,
): Column | undefined;
export function useColumn(
  runs: PlotProps["runs"],
  field: Field | undefined,
  scales: PlotProps["state"]["scales"],
  margin = 0,
): Column | undefined {
  const id = field && idOf(field);
  const kind = id && scales[id];
  return useMemo(
    () => field && columnOf(runs, field, kind || undefined, margin),
    // its id says which field it is
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [runs, id, kind, margin],
  );
}
