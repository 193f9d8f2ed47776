// What of a run a plot can show, under an id that the address holds: `param/lr`, `latest/loss`.

import type { RunColumns, RunRow, TextColumn } from "../api/tables";
import { tellingColumns } from "../runs/columns";
import type { Value } from "./scale";

export type FieldKind = "param" | "tag" | "latest" | "minimum" | "maximum" | "attribute";

const KINDS: readonly FieldKind[] = ["param", "tag", "latest", "minimum", "maximum", "attribute"];

/** Something of a run: a param, a tag, a value of a metric, or what every run has. */
export interface Field {
  kind: FieldKind;
  key: string;
}

/** What every run has, as far as plots show it; the duration is in seconds. */
export const ATTRIBUTES = ["duration", "status", "user"] as const;

/** Return the id of a field. */
export function idOf(field: Field): string {
  return `${field.kind}/${field.key}`;
}

/** Return the field of an id; nothing where it is none. */
export function fieldOf(id: string): Field | undefined {
  const slash = id.indexOf("/");
  const kind = KINDS.find((each) => each === id.slice(0, slash));
  return slash > 0 && kind ? { kind, key: id.slice(slash + 1) } : undefined;
}

/** Whether a field is a value of a metric. */
export function isMetric(field: Field): boolean {
  return field.kind === "latest" || field.kind === "minimum" || field.kind === "maximum";
}

/** Return what a run has; nothing where it lacks it. */
export function readField(row: RunRow, { kind, key }: Field): Value {
  switch (kind) {
    case "param":
      return row.params[key];
    case "tag":
      return row.tags[key];
    case "attribute":
      if (key === "status") return row.status;
      if (key === "user") return row.user || undefined;
      return row.startTime === null || row.endTime === null ? undefined : (row.endTime - row.startTime) / 1000;
    default:
      return row.metrics[key]?.[kind];
  }
}

/** Which keys a table has to be asked for. */
export interface Keys {
  metrics: readonly string[];
  params: readonly string[];
  tags: readonly string[];
}

/** Return the keys of fields. */
export function keysOf(fields: readonly Field[]): Keys {
  const of = (is: (field: Field) => boolean) => [...new Set(fields.filter(is).map(({ key }) => key))].sort();
  return { metrics: of(isMetric), params: of(({ kind }) => kind === "param"), tags: of(({ kind }) => kind === "tag") };
}

/** Fields that are shown before somebody chooses, the most telling first. */
export interface Suggestions {
  params: readonly Field[];
  metrics: readonly Field[];
}

/** Return what tells most about runs and can be drawn: the columns of the table, without long and unique texts. */
export function suggest(columns: RunColumns): Suggestions {
  const drawable = new Set(columns.params.filter(isDrawable).map(({ key }) => key));
  const telling = tellingColumns(columns);
  const of = (kind: "param" | "metric") => telling.filter((column) => column.kind === kind);
  return {
    params: of("param").flatMap(({ key }) => (drawable.has(key) ? { kind: "param", key } : [])),
    metrics: of("metric").map(({ key }) => ({ kind: "latest", key })),
  };
}

function isDrawable({ distinct, values }: TextColumn): boolean {
  return (
    distinct > 1 && (values.every(isNumberText) || (distinct <= 30 && values.every((value) => value.length <= 60)))
  );
}

/** Whether a text is a number: `1e-3`, `NaN`. */
export function isNumberText(text: string): boolean {
  return text.trim() !== "" && (!Number.isNaN(Number(text)) || /^[+-]?(nan|inf(inity)?)$/i.test(text.trim()));
}
