import { useMemo } from "preact/hooks";

import { Empty } from "../parts/empty";
import { formatNumber } from "../parts/number";
import { compare } from "../text/compare";
import { groupsOf } from "./box";
import { type BoxDrawing, boxHeight, drawBoxes, nearestBoxPoint, pointAt } from "./box-drawing";
import type { Draw } from "./export";
import type { Field } from "./fields";
import type { Size } from "./frame";
import type { PlotProps } from "./panel-props";
import { FieldSelect, ScaleSelect } from "./picker";
import { PlotView } from "./plot";
import { toNumber } from "./scale";
import { distinct, useColumn } from "./scatter-plot";

const MOST_GROUPS = 30;
const KINDS = ["linear", "log"] as const;
const { box: words } = compare;

/** Box plots of a metric, one for each group of runs, with the runs as points. */
export function BoxPlot(props: PlotProps) {
  const { columns, state, chosen, change } = props;
  const { y, group } = chosen.box;
  const set = (part: Partial<typeof state.box>) => change({ box: { ...state.box, ...part } });
  return (
    <>
      <div class="compare-tools row">
        <FieldSelect
          label={compare.field.metric}
          columns={columns}
          offer="metrics"
          value={y}
          onChange={(id) => set({ y: id })}
        />
        <ScaleSelect field={y} scales={state.scales} kinds={KINDS} onChange={(scales) => change({ scales })} />
        <FieldSelect
          label={compare.field.group}
          columns={columns}
          offer="groups"
          value={group}
          onChange={(id) => set({ group: id })}
        />
      </div>
      {y && group ? <Boxes {...props} y={y} group={group} /> : <Empty title={compare.noFields} />}
    </>
  );
}

function Boxes({ model, runs, state, y: fieldY, group: fieldGroup }: PlotProps & { y: Field; group: Field }) {
  const y = useColumn(runs, fieldY, state.scales, 0.03);
  const group = useColumn(runs, fieldGroup, state.scales);
  const { groups, total } = useMemo(
    () =>
      groupsOf(
        group.values,
        y.values.map((value, i) => (Number.isNaN(y.places[i] ?? NaN) ? NaN : toNumber(value))),
        words.none,
        MOST_GROUPS,
      ),
    [group, y],
  );
  const drawing = useMemo<BoxDrawing>(
    () => ({ y, group: group.label, groups, ids: runs.map(({ row }) => row.runId) }),
    [y, group.label, groups, runs],
  );
  const draw = useMemo<Draw>(() => (pen, size, ink) => drawBoxes(pen, size, ink, drawing), [drawing]);
  const shown = groups.reduce((sum, { runs: members }) => sum + members.length, 0);
  const without = y.places.reduce((count, place) => count + Number(Number.isNaN(place)), 0);
  const notes = [
    words.how,
    total > groups.length && words.most(groups.length, total),
    without > 0 && words.without(without),
  ];
  const places = useMemo(
    () => ({
      hit: (left: number, top: number, size: Size) => nearestBoxPoint(drawing, size, left, top),
      at: (run: number, size: Size) => pointAt(drawing, size, run) ?? ([0, 0] as const),
      order: groups.flatMap(({ runs: members }) =>
        [...members].sort((a, b) => (y.places[a] ?? 0) - (y.places[b] ?? 0)),
      ),
    }),
    [drawing, groups, y],
  );
  return (
    <>
      <PlotView
        model={model}
        runs={runs}
        columns={distinct([group, y])}
        label={words.label(shown, y.label, group.label)}
        name="box"
        height={boxHeight(groups.length)}
        draw={draw}
        mark={(pen, size, ink, run) => {
          const at = pointAt(drawing, size, run);
          if (at) pen.circle(at[0], at[1], 6.5, { stroke: ink.text, width: 2 });
        }}
        places={places}
        caption={notes.filter((note) => note !== false).join(" ")}
      />
      <details class="plot-values">
        <summary>{words.summary}</summary>
        <div class="plot-table" tabIndex={0} role="region" aria-label={words.summary}>
          <table>
            <thead>
              <tr>
                {words.columns.map((text) => (
                  <th key={text} scope="col">
                    {text}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {groups.map(({ label, box }) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  {[box.count, box.low, box.q1, box.median, box.q3, box.high, box.mean].map((value, i) => (
                    <td key={i} class="number">
                      {formatNumber(value)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}
