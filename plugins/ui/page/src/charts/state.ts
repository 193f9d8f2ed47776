// The state of the charts as text, for the address. What is as at first is left out.

import type { Spread } from "./bands";
import type { Method, Smoothing } from "./smoothing";

/** What the x axis shows: the step, the time, or the time since the run began. */
export type XKind = "step" | "time" | "relative";

/** How one chart differs from the usual. */
export interface CardState {
  /** In columns of the grid. */
  width?: number;
  /** In steps of height, from 1. */
  height?: number;
  isLogY?: boolean;
  /** Ends of the y axis; `null` for as the values are. */
  yRange?: readonly [low: number | null, high: number | null];
  /** The y axis does not reach to the few values that are far from all others. */
  ignoresOutliers?: boolean;
  /** The part of the x axis that is shown. */
  zoom?: readonly [start: number, end: number];
}

/** The state of all charts. A chart is known by its metrics: see `idOf`. */
export interface ChartsState {
  x: XKind;
  isLogX: boolean;
  smoothing: Smoothing;
  spread: Spread;
  /** What the names of metrics have to hold. */
  search: string;
  /** Charts that somebody added, by the metrics in them. */
  added: readonly (readonly string[])[];
  /** Metrics whose own chart is taken away. */
  hidden: readonly string[];
  /** Charts whose order somebody changed. */
  order: readonly string[];
  /** Sections that are not as usual: open ones closed, or closed ones open. */
  toggled: readonly string[];
  cards: Readonly<Record<string, CardState>>;
}

export const FIRST_CHARTS: ChartsState = {
  x: "step",
  isLogX: false,
  smoothing: { method: "ema", amount: 0 },
  spread: "range",
  search: "",
  added: [],
  hidden: [],
  order: [],
  toggled: [],
  cards: {},
};

/** Return what a chart of metrics is known by. */
export function idOf(keys: readonly string[]): string {
  return keys.length === 1 ? (keys[0] ?? "") : JSON.stringify(keys);
}

/** A change of a chart; what is undefined is as usual again. */
export type CardChange = { [K in keyof CardState]: CardState[K] | undefined };

/** Return the state with a chart changed; what is undefined is as usual again. */
export function withCard(state: ChartsState, id: string, change: CardChange): ChartsState {
  const card = Object.fromEntries(
    Object.entries({ ...state.cards[id], ...change }).filter(([, value]) => value !== undefined),
  ) as CardState;
  const others = omit(state.cards, id);
  return { ...state, cards: Object.keys(card).length > 0 ? { ...others, [id]: card } : others };
}

/** Return what a record has besides a key. */
export function omit<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([each]) => each !== key));
}

/** Return the state with the whole x axis in view in all charts. */
export function unzoomed(state: ChartsState): ChartsState {
  return Object.keys(state.cards).reduce((before, id) => withCard(before, id, { zoom: undefined }), state);
}

/** Return the text of a state. */
export function writeCharts(state: ChartsState): string {
  const { smoothing, cards, ...rest } = state;
  const changed = Object.entries(rest).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(FIRST_CHARTS[name as keyof ChartsState]),
  );
  const written = {
    ...Object.fromEntries(changed),
    ...(smoothing.amount > 0 && { smoothing: [smoothing.method, smoothing.amount] }),
    ...(Object.keys(cards).length > 0 && { cards }),
  };
  return Object.keys(written).length > 0 ? JSON.stringify(written) : "";
}

/** Return the state that a text stands for; what cannot be read is as at first. */
export function readCharts(text: string): ChartsState {
  let read: Record<string, unknown>;
  try {
    const parsed: unknown = JSON.parse(text || "{}");
    read = isRecord(parsed) ? parsed : {};
  } catch {
    return FIRST_CHARTS;
  }
  return {
    x: oneOf(read["x"], ["step", "time", "relative"], FIRST_CHARTS.x),
    isLogX: read["isLogX"] === true,
    smoothing: readSmoothing(read["smoothing"]),
    spread: oneOf(read["spread"], ["range", "deviation", "none"], FIRST_CHARTS.spread),
    search: typeof read["search"] === "string" ? read["search"] : "",
    added: listOf(read["added"])
      .map(texts)
      .filter((keys) => keys.length > 0),
    hidden: texts(read["hidden"]),
    order: texts(read["order"]),
    toggled: texts(read["toggled"]),
    cards: isRecord(read["cards"])
      ? Object.fromEntries(Object.entries(read["cards"]).map(([id, card]) => [id, readCard(card)]))
      : {},
  };
}

function readSmoothing(value: unknown): Smoothing {
  const [method, amount] = listOf(value);
  if (typeof amount !== "number" || !(amount >= 0 && amount < 1)) return FIRST_CHARTS.smoothing;
  return { method: oneOf<Method>(method, ["ema", "weighted"], "ema"), amount };
}

function readCard(value: unknown): CardState {
  if (!isRecord(value)) return {};
  const { width, height, yRange, zoom } = value;
  const size = (given: unknown): given is number =>
    Number.isInteger(given) && Number(given) >= 1 && Number(given) <= 12;
  return {
    ...(size(width) && { width }),
    ...(size(height) && { height }),
    ...(value["isLogY"] === true && { isLogY: true }),
    ...(value["ignoresOutliers"] === true && { ignoresOutliers: true }),
    ...(isPair(yRange) && { yRange }),
    ...(isPair(zoom) && zoom[0] !== null && zoom[1] !== null && zoom[0] < zoom[1] && { zoom: [zoom[0], zoom[1]] }),
  };
}

function oneOf<T extends string>(value: unknown, known: readonly T[], first: T): T {
  return known.find((each) => each === value) ?? first;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): string[] {
  return listOf(value).filter((item) => typeof item === "string");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPair(value: unknown): value is [number | null, number | null] {
  return Array.isArray(value) && value.length === 2 && value.every((end) => end === null || Number.isFinite(end));
}
