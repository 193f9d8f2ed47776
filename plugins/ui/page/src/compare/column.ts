// A field of all runs, with where each of its values is.

import type { ChartedRun } from "../runs/model";
import { fieldLabel } from "../text/compare";
import { type Field, idOf, readField } from "./fields";
import { makeScale, type Scale, type ScaleKind, type Value } from "./scale";

/** A field of runs, in the order of the runs. */
export interface Column {
  id: string;
  field: Field;
  label: string;
  scale: Scale;
  values: readonly Value[];
  /** From 0 to 1; NaN for what has no place. */
  places: Float64Array;
}

/** Return a field of runs, on a scale of a kind or one that suits. */
export function columnOf(runs: readonly ChartedRun[], field: Field, kind?: ScaleKind, margin = 0): Column {
  const values = runs.map(({ row }) => readField(row, field));
  const scale = makeScale(values, kind, margin);
  const places = Float64Array.from(values, (value) => scale.place(value));
  return { id: idOf(field), field, label: fieldLabel(field), scale, values, places };
}
