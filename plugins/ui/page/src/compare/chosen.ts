// Which fields the plots show: what was chosen, or what tells most.

import type { RunColumns } from "../api/tables";
import { type Field, fieldOf, isNumberText, suggest } from "./fields";
import type { CompareState } from "./state";

const MOST_PARAMS = 5;
const MOST_METRICS = 3;

/** The fields of each plot; those that there are none for are absent. */
export interface Chosen {
  parallel: { axes: readonly Field[]; color: Field | undefined };
  scatter: Record<"x" | "y" | "color" | "size", Field | undefined>;
  contour: Record<"x" | "y" | "z", Field | undefined>;
  box: Record<"y" | "group", Field | undefined>;
}

/** Return the fields that a comparison of runs with these columns shows. */
export function choose(state: CompareState, columns: RunColumns): Chosen {
  const { params, metrics } = suggest(columns);
  const { parallel, scatter, contour, box } = state;
  const numeric: readonly Field[] = columns.params
    .filter(({ distinct, values }) => distinct > 2 && values.every(isNumberText))
    .sort((a, b) => b.distinct - a.distinct)
    .map(({ key }) => ({ kind: "param", key }));
  const groups = columns.params
    .filter(({ distinct }) => distinct > 1)
    .sort((a, b) => groupCost(a.distinct) - groupCost(b.distinct));
  const group = groups[0];
  const axes = parallel.axes.flatMap((id) => fieldOf(id) ?? []);
  const color = parallel.color === "runs" ? undefined : (fieldOf(parallel.color) ?? metrics[0]);
  return {
    parallel: {
      axes: axes.length ? axes : [...params.slice(0, MOST_PARAMS), ...metrics.slice(0, MOST_METRICS)],
      color,
    },
    scatter: {
      x: fieldOf(scatter.x) ?? numeric[0] ?? metrics[1] ?? params[0] ?? { kind: "attribute", key: "duration" },
      y: fieldOf(scatter.y) ?? metrics[0],
      color: fieldOf(scatter.color),
      size: fieldOf(scatter.size),
    },
    contour: {
      x: fieldOf(contour.x) ?? numeric[0],
      y: fieldOf(contour.y) ?? numeric[1] ?? metrics[1],
      z: fieldOf(contour.z) ?? metrics[0],
    },
    box: {
      y: fieldOf(box.y) ?? metrics[0],
      group: fieldOf(box.group) ?? (group ? { kind: "param", key: group.key } : { kind: "attribute", key: "status" }),
    },
  };
}

/** Return the fields that the plot in sight shows. */
export function shownFields(state: CompareState, chosen: Chosen): Field[] {
  switch (state.plot) {
    case "parallel":
      return [...chosen.parallel.axes, ...(chosen.parallel.color ? [chosen.parallel.color] : [])];
    case "table":
      return [];
    default:
      return Object.values(chosen[state.plot]).filter((field) => field !== undefined);
  }
}

/** A few groups can be compared best. */
function groupCost(distinct: number): number {
  return distinct <= 12 ? Math.abs(distinct - 4) : distinct;
}
