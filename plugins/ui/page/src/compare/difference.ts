// The table of differences: a row for each param, metric and tag, a column for each run.

import type { RunRow } from "../api/tables";
import type { ChartedRun } from "../runs/model";
import type { Goal } from "../runs/view";
import { guessGoal } from "../runs/columns";
import { type Field, type FieldKind, idOf, type Keys, readField } from "./fields";
import { compareTexts, type Value } from "./scale";

export interface DifferenceRow {
  id: string;
  field: Field;
  /** In the order of the runs. */
  values: readonly Value[];
  differs: boolean;
  /** Of metrics: which end is the good one, and the places of the runs that are best. */
  goal?: Goal;
  best?: ReadonlySet<number>;
}

export interface Section {
  kind: "attribute" | "param" | "metric" | "tag";
  rows: readonly DifferenceRow[];
  /** How many rows there are with those that do not differ. */
  total: number;
}

/** What every run has, beside what stands in the head of the table. */
const ATTRIBUTES = ["status", "user", "duration"] as const;

/** Tags of the system that tell people something; the others are shown with what does not differ. */
const TELLING_TAGS = new Set(["mlflow.note.content", "mlflow.source.git.branch", "mlflow.source.git.commit"]);

/**
 * Return the rows of the table.
 *
 * @param keys All keys that any of the runs has.
 * @param better Which end of a metric is the good one, where somebody said so, by key.
 * @param showsAll Whether rows that do not differ are wanted, too.
 */
export function differences(
  runs: readonly ChartedRun[],
  keys: Keys,
  better: Readonly<Record<string, Goal>>,
  showsAll: boolean,
): Section[] {
  const section = (kind: Section["kind"], of: FieldKind, names: readonly string[]): Section => {
    const all = [...names].sort(compareTexts).map((key) => rowOf(runs, { kind: of, key }, better));
    return { kind, rows: showsAll ? all : all.filter(isTelling), total: all.length };
  };
  return [
    section("attribute", "attribute", ATTRIBUTES),
    section("param", "param", keys.params),
    section("metric", "latest", keys.metrics),
    section("tag", "tag", keys.tags),
  ];
}

function rowOf(runs: readonly ChartedRun[], field: Field, better: Readonly<Record<string, Goal>>): DifferenceRow {
  const values = runs.map(({ row }) => readField(row, field));
  const row = { id: idOf(field), field, values, differs: values.some((value) => !Object.is(value, values[0])) };
  if (field.kind !== "latest") return row;
  const goal = better[field.key] ?? guessGoal(field.key);
  return { ...row, goal, best: row.differs ? bestOf(values, goal) : new Set() };
}

/** Return the places of the best numbers; infinities count, NaN does not. */
export function bestOf(values: readonly Value[], goal: Goal): Set<number> {
  const numbers = values.map((value) => (typeof value === "number" ? value : NaN));
  const known = numbers.filter((number) => !Number.isNaN(number));
  const best = goal === "minimize" ? Math.min(...known) : Math.max(...known);
  return new Set(numbers.flatMap((number, i) => (number === best ? [i] : [])));
}

function isTelling({ field, differs }: DifferenceRow): boolean {
  if (!differs) return false;
  return field.kind !== "tag" || !field.key.startsWith("mlflow.") || TELLING_TAGS.has(field.key);
}

/** Return what says where a run came from: its script or notebook. */
export function sourceOf(row: RunRow): string {
  return row.tags["mlflow.source.name"] ?? "";
}
