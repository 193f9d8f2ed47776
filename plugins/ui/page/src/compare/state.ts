// The state of a comparison, which the address holds as one text.

import type { Goal } from "../runs/view";
import type { Brush } from "./brush";
import type { ScaleKind } from "./scale";

export const PLOTS = ["parallel", "scatter", "contour", "box", "table"] as const;

export type PlotKind = (typeof PLOTS)[number];

/** Which runs are compared. */
export type Scope = "charted" | "all";

/** The whole state. Fields are told by their ids; empty ones are chosen by the page. */
export interface CompareState {
  plot: PlotKind;
  scope: Scope;
  /** The kinds of scales that were chosen, by the ids of fields. */
  scales: Readonly<Record<string, ScaleKind>>;
  /** Which end of a metric is the good one, where somebody said so, by its key. */
  better: Readonly<Record<string, Goal>>;
  parallel: {
    axes: readonly string[];
    flipped: readonly string[];
    brushes: Readonly<Record<string, Brush>>;
    /** `runs` for the colour of each run. */
    color: string;
  };
  /** `front` is the good end of x and of y for the Pareto front that is drawn; empty for none. */
  scatter: { x: string; y: string; color: string; size: string; front: readonly Goal[] };
  contour: { x: string; y: string; z: string };
  box: { y: string; group: string };
  /** Whether the table shows what is the same, too, and the run that texts are compared with; empty for the first. */
  table: { all: boolean; base: string };
}

export const FIRST_STATE: CompareState = {
  plot: "parallel",
  scope: "charted",
  scales: {},
  better: {},
  parallel: { axes: [], flipped: [], brushes: {}, color: "" },
  scatter: { x: "", y: "", color: "", size: "", front: [] },
  contour: { x: "", y: "", z: "" },
  box: { y: "", group: "" },
  table: { all: false, base: "" },
};

/** Return the text of a state; what is as at first is left out. */
export function writeState(state: CompareState): string {
  const told = difference(FIRST_STATE, state);
  return told === undefined ? "" : JSON.stringify(told);
}

/** Return the state that a text stands for; what cannot be read is as at first. */
export function readState(text: string): CompareState {
  let read: unknown;
  try {
    read = JSON.parse(text || "{}");
  } catch {
    return FIRST_STATE;
  }
  const given = object(read);
  const parallel = object(given["parallel"]);
  const front = texts(object(given["scatter"])["front"]).filter(isGoal);
  return {
    plot: PLOTS.find((each) => each === given["plot"]) ?? FIRST_STATE.plot,
    scope: given["scope"] === "all" ? "all" : "charted",
    scales: pick(given["scales"], isScaleKind),
    better: pick(given["better"], isGoal),
    parallel: {
      axes: texts(parallel["axes"]),
      flipped: texts(parallel["flipped"]),
      brushes: pick(parallel["brushes"], isBrush),
      color: typeof parallel["color"] === "string" ? parallel["color"] : "",
    },
    scatter: { ...strings(FIRST_STATE.scatter, given["scatter"]), front: front.length === 2 ? front : [] },
    contour: strings(FIRST_STATE.contour, given["contour"]),
    box: strings(FIRST_STATE.box, given["box"]),
    table: { ...strings(FIRST_STATE.table, given["table"]), all: object(given["table"])["all"] === true },
  };
}

/** Return what of an object is not as in another; nothing where all is. */
function difference(first: object, now: object): object | undefined {
  const told: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(now) as [string, unknown][]) {
    const before = (first as Record<string, unknown>)[name];
    if (JSON.stringify(before) === JSON.stringify(value)) continue;
    const isDeep = typeof before === "object" && before !== null && Object.keys(before).length > 0;
    told[name] = isDeep && !Array.isArray(before) ? difference(before, value as object) : value;
  }
  return Object.keys(told).length ? told : undefined;
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function pick<T>(value: unknown, is: (item: unknown) => item is T): Record<string, T> {
  return Object.fromEntries(Object.entries(object(value)).filter((entry): entry is [string, T] => is(entry[1])));
}

/** Return the first values, with the texts that were given in place of texts. */
function strings<T extends object>(first: T, given: unknown): T {
  const read = object(given);
  const changed = Object.entries(first).flatMap(([name, value]) =>
    typeof value === "string" && typeof read[name] === "string" ? [[name, read[name]] as const] : [],
  );
  return { ...first, ...Object.fromEntries(changed) };
}

function isScaleKind(item: unknown): item is ScaleKind {
  return item === "linear" || item === "log" || item === "category";
}

function isGoal(item: unknown): item is Goal {
  return item === "minimize" || item === "maximize";
}

function isBrush(item: unknown): item is Brush {
  if (!Array.isArray(item)) return false;
  if (item.every((each) => typeof each === "string")) return true;
  return item.length === 2 && item.every((each) => typeof each === "number");
}

/** Return entries by name with one of them set, or taken away. */
export function withEntry<T>(
  entries: Readonly<Record<string, T>>,
  name: string,
  value: T | undefined,
): Record<string, T> {
  const others = Object.entries(entries).filter(([each]) => each !== name);
  return Object.fromEntries(value === undefined ? others : [...others, [name, value]]);
}
