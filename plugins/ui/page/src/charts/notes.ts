// What is said below a chart, so that nobody takes it for more than it shows.

import { charts } from "../text/charts";
import type { Content } from "./content";
import type { CardState } from "./state";

/** Return what has to be said of a chart. */
export function notesOf({ figure, frame, inView, isRefining, isSingle }: Content, card: CardState): string[] {
  if (isSingle) return [];
  const notes: string[] = [];
  const { shown, total } = inView;
  if (isRefining) notes.push(charts.finer);
  else if (total !== undefined && shown < total) {
    notes.push(card.zoom ? charts.showingPart(shown, total) : charts.showing(shown, total));
  }
  for (const kind of ["nan", "high", "low"] as const) {
    const runs = new Set(figure.marks.filter((mark) => mark.kind === kind).map(({ runId }) => runId));
    if (runs.size > 0) notes.push(charts.marks[kind](runs.size));
  }
  if (frame.impossible > 0) notes.push(charts.impossible(frame.impossible));
  if (frame.outside > 0) notes.push(charts.outside(frame.outside));
  return notes;
}
