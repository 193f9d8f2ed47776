import { Dialog } from "../parts/dialog";
import { formatNumber } from "../parts/number";
import { charts } from "../text/charts";
import type { Item } from "./figure";

/** What a series is like in a few numbers. */
export interface SeriesSummary {
  last: number;
  min: number;
  max: number;
  points: number;
}

/** Return a series in a few numbers; the extremes are of what is finite, and are always among the points that came. */
export function summaryOf({ values, total }: { values: readonly number[]; total: number }): SeriesSummary {
  let [min, max] = [NaN, NaN];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (!(value >= min)) min = value;
    if (!(value <= max)) max = value;
  }
  return { last: values.at(-1) ?? NaN, min, max, points: total };
}

/** Says in a table what a chart shows. */
export function Values(props: { title: string; items: readonly Item[]; onClose: () => void }) {
  const { columns } = charts;
  const hasGroups = props.items.some(({ group }) => group !== undefined);
  const hasKeys = new Set(props.items.map(({ key }) => key)).size > 1;
  return (
    <Dialog title={props.title} onClose={props.onClose} wide>
      <div class="chart-values" tabIndex={0} role="group" aria-label={props.title}>
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{columns.run}</th>
              {hasGroups && <th scope="col">{columns.group}</th>}
              {hasKeys && <th scope="col">{columns.metric}</th>}
              {[columns.last, columns.min, columns.max, columns.points].map((name) => (
                <th key={name} scope="col" class="chart-number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {props.items.map((item) => {
              const { last, min, max, points } = summaryOf(item.series);
              return (
                <tr key={`${item.runId}${item.key}`}>
                  <th scope="row">
                    <span class="chart-dot" style={{ background: item.color }} /> {item.name}
                  </th>
                  {hasGroups && <td>{item.group || charts.ungrouped}</td>}
                  {hasKeys && <td>{item.key}</td>}
                  {[last, min, max].map((value, i) => (
                    <td key={i} class="chart-number">
                      {formatNumber(value, 6)}
                    </td>
                  ))}
                  <td class="chart-number">{points.toLocaleString("en")}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Dialog>
  );
}
