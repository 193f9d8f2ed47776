// Which charts there are, and under which headings.

import { type ChartsState, idOf, omit } from "./state";

/** A chart. */
export interface CardSpec {
  id: string;
  /** Its metrics. */
  keys: readonly string[];
  /** Whether somebody added it, beside those that are there by themselves. */
  isAdded: boolean;
}

/** Charts under a heading. */
export interface Section {
  /** What the names of the metrics begin with; empty for those without a beginning. */
  prefix: string;
  cards: CardSpec[];
  isOpen: boolean;
}

/** The prefix of metrics that tell of the machine; folded at first. */
export const SYSTEM = "system";
/** The section of charts that were added; no metric begins like this. */
export const ADDED = "/";

/** Return the beginning of a metric's name up to its first slash. */
export function prefixOf(key: string): string {
  const end = key.indexOf("/");
  return end > 0 ? key.slice(0, end) : "";
}

/** Return the sections of an experiment with these metrics, those without charts left out. */
export function sectionsOf(metrics: readonly string[], state: ChartsState): Section[] {
  const words = state.search.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (key: string) => words.every((word) => key.toLowerCase().includes(word));
  const hidden = new Set(state.hidden);
  const byPrefix = new Map<string, CardSpec[]>();
  for (const keys of state.added) {
    if (!keys.some(matches)) continue;
    const card = { id: idOf(keys), keys, isAdded: true };
    byPrefix.set(ADDED, [...(byPrefix.get(ADDED) ?? []), card]);
  }
  for (const key of metrics) {
    if (hidden.has(key) || !matches(key)) continue;
    const prefix = prefixOf(key);
    const cards = byPrefix.get(prefix) ?? [];
    cards.push({ id: key, keys: [key], isAdded: false });
    byPrefix.set(prefix, cards);
  }
  const places = new Map(state.order.map((id, i) => [id, i]));
  // the use of the machine is closed beside the metrics of a model
  const isClosed = (prefix: string) => prefix === SYSTEM && metrics.some((key) => prefixOf(key) !== SYSTEM);
  const placeOf = ({ id }: CardSpec) => places.get(id) ?? Infinity;
  return [...byPrefix]
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([prefix, cards]) => ({
      prefix,
      cards: cards.sort((a, b) => {
        const [first, second] = [placeOf(a), placeOf(b)];
        return first === second ? 0 : first - second;
      }),
      // what was searched for is shown
      isOpen: words.length > 0 || isClosed(prefix) === state.toggled.includes(prefix),
    }));
}

function rank(prefix: string): number {
  return prefix === ADDED ? 0 : prefix === "" ? 1 : prefix === SYSTEM ? 3 : 2;
}

/** Return the state with a chart moved within its section, to the place of another. */
export function moved(state: ChartsState, section: Section, id: string, to: number): ChartsState {
  const ids = section.cards.map((card) => card.id);
  const from = ids.indexOf(id);
  if (from < 0 || to < 0 || to >= ids.length || to === from) return state;
  ids.splice(from, 1);
  ids.splice(to, 0, id);
  return { ...state, order: [...state.order.filter((each) => !ids.includes(each)), ...ids] };
}

/** Return the state with a chart taken away. */
export function without(state: ChartsState, { id, keys, isAdded }: CardSpec): ChartsState {
  const cards = omit(state.cards, id);
  const order = state.order.filter((each) => each !== id);
  if (isAdded) return { ...state, cards, order, added: state.added.filter((each) => idOf(each) !== id) };
  return { ...state, cards, order, hidden: [...state.hidden, ...keys] };
}

/** Return the state with a chart of metrics more; a metric's own one is shown again if it was taken away. */
export function withChart(state: ChartsState, keys: readonly string[]): ChartsState {
  const [key] = keys;
  if (key === undefined) return state;
  if (keys.length === 1) return { ...state, hidden: state.hidden.filter((each) => each !== key) };
  const id = idOf(keys);
  return { ...state, added: [...state.added.filter((each) => idOf(each) !== id), [...keys]] };
}
