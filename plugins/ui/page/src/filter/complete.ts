// What can be put in a filter where somebody types.

import type { RunColumns } from "../api/tables";
import { nameOf, valueOf } from "../runs/names";
import { filter as text } from "../text/filter";
import { isMistake, read, type Reading, tokens } from "./grammar";

/** Something that can be put in. */
export interface Suggestion {
  /** What is put in. */
  text: string;
  /** What it is, in a few words. */
  detail: string;
}

/** What can be put in, and what of the filter it replaces. */
export interface Completion {
  from: number;
  to: number;
  suggestions: readonly Suggestion[];
}

const MOST = 50;
const DAY = 86_400_000;
const ATTRIBUTES = ["run_name", "status", "start_time", "end_time", "user_id", "run_id", "artifact_uri"];
const DATASETS = ["datasets.name", "datasets.digest", "datasets.context"];
const STATUSES = ["RUNNING", "FINISHED", "FAILED", "KILLED", "SCHEDULED"];
const ENDS = ["min", "max"];

/** Return what can be put in a filter at a place. */
export function complete(filter: string, caret: number, columns: RunColumns | undefined, now: number): Completion {
  const pieces = tokens(filter);
  const typed = pieces.find((token) => token.from < caret && caret <= token.to && token.kind !== "symbol");
  const before = pieces.filter((token) => token !== typed && token.to <= caret);
  const reading = read(before, text.expected);
  const from = typed?.from ?? caret;
  const to = typed?.to ?? caret;
  if (isMistake(reading)) return { from, to, suggestions: [] };
  const sofar = filter.slice(from, caret);
  const fitting = ranked(offers(reading, sofar, columns, now), sofar);
  return { from, to, suggestions: fitting.slice(0, MOST) };
}

/** Return a filter with a suggestion put in, and where typing goes on. */
export function accept(filter: string, { from, to }: Completion, { text: put }: Suggestion): [string, number] {
  const rest = filter.slice(to);
  const gap = /^\s/.test(rest) || put.endsWith("(") ? "" : " ";
  const head = filter.slice(0, from) + put + gap;
  return [head + rest, head.length + (gap ? 0 : /^\s/.test(rest) ? 1 : 0)];
}

function offers(reading: Reading, sofar: string, columns: RunColumns | undefined, now: number): readonly Suggestion[] {
  const { subject } = reading;
  switch (reading.expected) {
    case "name":
      return [...names(columns, sofar), word("NOT", text.not), word("(", text.group)];
    case "operator":
      return operators(subject);
    case "list":
      return [word("(", text.group)];
    case "value":
      return values(subject, columns, now);
    case "and":
      return [word("AND", text.and), ...values(subject, columns, now)];
    case "null":
      return [word("NULL", text.missing), word("NOT NULL", text.present)];
    case "joint":
      if (reading.isInList) return [word(")", text.closeList)];
      return [word("AND", text.and), word("OR", text.or), ...(reading.depth > 0 ? [word(")", text.close)] : [])];
  }
}

function names(columns: RunColumns | undefined, sofar: string): Suggestion[] {
  const metrics = columns?.metrics.map(({ key }) => nameOf("metric", key)) ?? [];
  // smallest and largest values are offered of the metric that is being typed
  const ends = metrics.filter((name) => sofar.startsWith(name)).flatMap((name) => ENDS.map((end) => `${name}.${end}`));
  return [
    ...metrics.map((name) => word(name, text.metric)),
    ...ends.map((name) => word(name, text.metricEnd)),
    ...(columns?.params.map(({ key }) => word(nameOf("param", key), text.param)) ?? []),
    ...ATTRIBUTES.map((name) => word(name, text.attribute)),
    ...(columns?.tags.map(({ key }) => word(nameOf("tag", key), text.tag)) ?? []),
    ...DATASETS.map((name) => word(name, text.dataset)),
  ];
}

function operators(subject: string): Suggestion[] {
  const compare = ["=", "!=", "<", "<=", ">", ">="].map((operator) => word(operator, text.operators[operator] ?? ""));
  const match = [word("LIKE", text.like), word("ILIKE", text.ilike), word("NOT LIKE", text.notLike)];
  const some = [word("IN (", text.isIn), word("NOT IN (", text.isNotIn)];
  const missing = [word("IS NULL", text.missing), word("IS NOT NULL", text.present)];
  const between = [word("BETWEEN", text.between)];
  if (isNumber(subject)) return [...compare, ...between, ...missing];
  return [...compare.slice(0, 2), ...match, ...some, ...compare.slice(2), ...between, ...missing];
}

function values(subject: string, columns: RunColumns | undefined, now: number): Suggestion[] {
  if (/^(?:attr(?:ibutes?)?\.|run\.)?status$/i.test(subject))
    return STATUSES.map((status) => word(valueOf(status), ""));
  if (/(?:^|\.)(?:start_time|created|end_time)$/.test(subject)) {
    return text.times.map(([detail, days]) => word(String(Math.floor(now - days * DAY)), detail));
  }
  const metric = columns?.metrics.find(({ key }) => subject.startsWith(nameOf("metric", key)));
  if (metric) {
    const both: [unknown, string][] = [
      [metric.minimum, text.smallest],
      [metric.maximum, text.largest],
    ];
    return both.flatMap(([value, detail]) => (typeof value === "number" ? word(String(value), detail) : []));
  }
  const texts =
    columns?.params.find(({ key }) => nameOf("param", key) === subject) ??
    columns?.tags.find(({ key }) => nameOf("tag", key) === subject);
  return texts?.values.map((value) => word(valueOf(value), "")) ?? [];
}

function isNumber(subject: string): boolean {
  return /^metrics?\./.test(subject) || /_time$|^created$/.test(subject);
}

function word(put: string, detail: string): Suggestion {
  return { text: put, detail };
}

/** Those that begin with what was typed, then those that hold it, the shorter ones first. */
function ranked(offered: readonly Suggestion[], typed: string): Suggestion[] {
  if (!typed) return [...offered];
  const wanted = plain(typed);
  const score = (put: string): number => {
    const at = plain(put).indexOf(wanted);
    if (at < 0) return Infinity;
    return at === 0 ? 0 : /[.\s_/]/.test(plain(put).charAt(at - 1)) ? 1 : 2;
  };
  return offered
    .map((suggestion) => ({ suggestion, score: score(suggestion.text) }))
    .filter(({ suggestion, score: found }) => found < Infinity && suggestion.text !== typed)
    .sort((a, b) => a.score - b.score)
    .map(({ suggestion }) => suggestion);
}

function plain(put: string): string {
  return put.toLowerCase().replace(/[`"']/g, "");
}
