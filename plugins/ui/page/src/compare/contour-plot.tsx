import { useMemo } from "preact/hooks";

import { ticks } from "../charts/scales";
import { Empty } from "../parts/empty";
import { compare } from "../text/compare";
import { rampColor } from "./color";
import { type Level, march, mergeSamples, type Triangle, triangulate } from "./contour";
import type { Draw } from "./export";
import type { Field } from "./fields";
import { type Area, areaOf, drawFrame, drawLegend, LEGEND, pixelX, pixelY, type Size } from "./frame";
import type { PlotProps } from "./panel-props";
import { FieldSelect, ScaleSelect } from "./picker";
import { PlotView } from "./plot";
import { type Scale, toNumber } from "./scale";
import { distinct, useColumn } from "./scatter-plot";
import { nearestPoint, pointOf } from "./scatter";

const HEIGHT = 460;
const MARGIN = 0.04;
const LEVELS = 9;
const KINDS = ["linear", "log"] as const;
const { contour: words } = compare;

/** Contours of a metric over two params, with the runs they are made of. */
export function ContourPlot(props: PlotProps) {
  const { columns, state, chosen, change } = props;
  const { x, y, z } = chosen.contour;
  const pick = (name: "x" | "y" | "z", value: Field | undefined) => (
    <>
      <FieldSelect
        label={compare.field[name]}
        columns={columns}
        offer="numbers"
        value={value}
        onChange={(id) => change({ contour: { ...state.contour, [name]: id } })}
      />
      <ScaleSelect field={value} scales={state.scales} kinds={KINDS} onChange={(scales) => change({ scales })} />
    </>
  );
  return (
    <>
      <div class="compare-tools row">
        {pick("x", x)}
        {pick("y", y)}
        {pick("z", z)}
      </div>
      {x && y && z ? <Contour {...props} x={x} y={y} z={z} /> : <Empty title={words.noFields} />}
    </>
  );
}

function Contour({
  model,
  runs,
  state: { scales },
  x: fieldX,
  y: fieldY,
  z: fieldZ,
}: PlotProps & { x: Field; y: Field; z: Field }) {
  const x = useColumn(runs, fieldX, scales, MARGIN);
  const y = useColumn(runs, fieldY, scales, MARGIN);
  const z = useColumn(runs, fieldZ, scales);
  const samples = useMemo(
    () =>
      mergeSamples(
        runs.map((_, i) => ({ x: x.places[i] ?? NaN, y: y.places[i] ?? NaN, z: heightOf(z.scale, z.values[i]) })),
      ),
    [runs, x, y, z],
  );
  const triangles = useMemo(() => triangulate(samples), [samples]);
  const levels = useMemo(() => levelsOf(triangles, z.scale), [triangles, z]);
  const draw = useMemo<Draw>(
    () => (pen, size, ink) => {
      const area = areaOf(size, y, true);
      drawFrame(pen, area, ink, x, y);
      for (const { level, place } of levels) {
        const polygons = level.polygons.map((points) => onArea(area, points));
        if (polygons.length) pen.polygons(polygons, { fill: rampColor(place, ink.isDark) });
      }
      for (const { level } of levels) pen.segments(onArea(area, level.segments), ink.ground, 0.8, 0.7);
      runs.forEach((_, i) => {
        const [left, top] = pointOf(area, x, y, i);
        const place = z.places[i] ?? NaN;
        if (Number.isNaN(left + top + place)) return;
        pen.circle(left, top, runs.length > 300 ? 2.6 : 4, {
          fill: rampColor(place, ink.isDark),
          stroke: ink.text,
          width: 1,
        });
      });
      drawLegend(pen, size.width - LEGEND + 12, area.top, area.height, ink, z, compare.more);
    },
    [levels, runs, x, y, z],
  );
  const places = useMemo(() => {
    const order = runs.map((_, i) => i).filter((i) => Number.isFinite((x.places[i] ?? NaN) + (y.places[i] ?? NaN)));
    order.sort((a, b) => (x.places[a] ?? 0) - (x.places[b] ?? 0));
    return {
      hit: (left: number, top: number, size: Size) => nearestPoint(areaOf(size, y, true), x, y, left, top),
      at: (run: number, size: Size) => pointOf(areaOf(size, y, true), x, y, run),
      order,
    };
  }, [runs, x, y]);
  return (
    <PlotView
      model={model}
      runs={runs}
      columns={distinct([x, y, z])}
      label={words.label(runs.length, x.label, y.label, z.label)}
      name="contour"
      height={HEIGHT}
      draw={draw}
      mark={(pen, size, ink, run) => {
        const [left, top] = pointOf(areaOf(size, y, true), x, y, run);
        if (!Number.isNaN(left + top)) pen.circle(left, top, 8, { stroke: ink.text, width: 2 });
      }}
      places={places}
      caption={triangles.length ? words.how(samples.length) : words.few}
    />
  );
}

/** Return a value as it is interpolated: on a logarithmic scale its logarithm. */
function heightOf(scale: Scale, value: Parameters<typeof toNumber>[0]): number {
  return scale.kind === "log" ? Math.log10(toNumber(value)) : toNumber(value);
}

/** A level, and the place of its colour. */
interface Step {
  level: Level;
  place: number;
}

/** Return where round levels lie, from low to high; the lowest is all that is known. */
function levelsOf(triangles: readonly Triangle[], scale: Scale): Step[] {
  const [low, high] = scale.domain.map((value) => (scale.kind === "log" ? Math.log10(value) : value));
  if (low === undefined || high === undefined) return [];
  const round = ticks({ min: low, max: high, isLog: scale.kind === "log", unit: "number" }, LEVELS).map(({ at }) => at);
  const starts = [-Infinity, ...round.filter((at) => at > low && at < high)];
  return starts.map((start, i) => {
    const middle = (Math.max(low, start) + (starts[i + 1] ?? high)) / 2;
    return { level: march(triangles, start), place: (middle - low) / (high - low) };
  });
}

function onArea(area: Area, points: readonly number[]): number[] {
  return points.map((value, i) => (i % 2 ? pixelY(area, value) : pixelX(area, value)));
}
