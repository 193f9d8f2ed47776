// JSON, JSON lines and YAML as values, and values as the rows of a tree.

import { viewText } from "../../text/artifacts";
import type { Kind } from "../kinds";
import type { TreeRow } from "../tree";

/** A row of a tree of values. */
export interface ValueRow extends TreeRow {
  /** A key, a place in a list, or a range of places; empty at the root. */
  label: string;
  value: unknown;
  /** How the value is written as Python would find it: `["a"][0]`. */
  path: string;
  /** It stands for a part of a long list or object. */
  isRange: boolean;
}

/** A list or object longer than this is shown in ranges. */
export const RANGE = 1000;
/** How many rows are shown without being asked for, and how long a list or object may be to open by itself. */
const [FEW, SHORT] = [60, 20];
const LONGEST_PREVIEW = 300;

/**
 * Return the value that a text stands for.
 *
 * Python writes NaN and infinities into JSON, which they are no part of; they are read as these words. Integers that a
 * float of 64 bits cannot hold stay exact. Throws what says why the text stands for nothing.
 */
export async function parseData(kind: Kind, text: string): Promise<unknown> {
  if (kind === "lines") {
    return text.split("\n").flatMap((line, i) => {
      if (!line.trim()) return [];
      try {
        return [parseJson(line)];
      } catch (error) {
        throw new Error(viewText.notParsed(`JSON in line ${i + 1}`, messageOf(error)), { cause: error });
      }
    });
  }
  try {
    if (kind !== "yaml") return parseJson(text);
    const yaml = await import("js-yaml");
    const documents = yaml.loadAll(text, undefined, { schema: yaml.CORE_SCHEMA });
    return documents.length === 1 ? documents[0] : documents;
  } catch (error) {
    throw new Error(viewText.notParsed(viewText.kinds[kind], messageOf(error)), { cause: error });
  }
}

/** Return the value of a text in JSON. Throws `SyntaxError`. */
export function parseJson(text: string): unknown {
  const exact = /\d{16}/.test(text) ? keepExact : undefined;
  try {
    return JSON.parse(text, exact);
  } catch (error) {
    const widened = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (found) =>
      found.startsWith('"') ? found : JSON.stringify(found),
    );
    if (widened === text) throw error;
    return JSON.parse(widened, exact);
  }
}

function keepExact(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value) || !context?.source) return value;
  return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
}

/** Return the rows of the parts of a value that are open; ids are those of `ValueRow`. */
export function rowsOf(root: unknown, open: ReadonlySet<string>): ValueRow[] {
  const rows: ValueRow[] = [];
  addRow(rows, { label: "", value: root, path: "", id: "", level: 1, position: 1, siblings: 1 }, open);
  return rows;
}

/** Return which parts are open at first: level by level, as long as that makes a few rows. */
export function firstOpen(root: unknown): ReadonlySet<string> {
  const open = new Set([""]);
  for (;;) {
    const rows = rowsOf(root, open);
    const closed = rows.filter((row) => row.isOpen === false && !row.isRange && sizeOf(row.value as object) <= SHORT);
    const added = closed.reduce((sum, row) => sum + sizeOf(row.value as object), 0);
    if (!closed.length || rows.length + added > FEW) return open;
    for (const row of closed) open.add(row.id);
  }
}

/** Return what a value is, in one line. */
export function preview(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length.toLocaleString("en")}]`;
  if (typeof value === "object" && value !== null) return `{${Object.keys(value).length.toLocaleString("en")}}`;
  const text = wholeText(value);
  return text.length > LONGEST_PREVIEW ? `${text.slice(0, LONGEST_PREVIEW)}…` : text;
}

/** Return a value that has no parts as it stands in JSON. */
export function wholeText(value: unknown): string {
  return typeof value === "bigint" ? value.toString() : JSON.stringify(value);
}

type Given = Omit<ValueRow, "text" | "isOpen" | "isRange">;

function addRow(rows: ValueRow[], given: Given, open: ReadonlySet<string>): void {
  const { value, level, path, id } = given;
  const row: ValueRow = { ...given, text: given.label, isRange: false };
  rows.push(row);
  if (typeof value !== "object" || value === null || sizeOf(value) === 0) return;
  row.isOpen = open.has(id);
  if (!row.isOpen) return;
  const size = sizeOf(value);
  if (size <= RANGE) {
    addParts(rows, value, { from: 0, to: size, level: level + 1, path, id }, open);
    return;
  }
  const siblings = Math.ceil(size / RANGE);
  for (let from = 0, position = 1; from < size; from += RANGE, position += 1) {
    const to = Math.min(size, from + RANGE);
    const label = `${from.toLocaleString("en")} … ${(to - 1).toLocaleString("en")}`;
    const part = `${id}:${from}`;
    const isOpen = open.has(part);
    const place = { level: level + 1, position, siblings };
    rows.push({ id: part, label, text: label, value: undefined, path, isRange: true, isOpen, ...place });
    if (isOpen) addParts(rows, value, { from, to, level: level + 2, path, id }, open);
  }
}

function addParts(
  rows: ValueRow[],
  value: object,
  place: { from: number; to: number; level: number; path: string; id: string },
  open: ReadonlySet<string>,
): void {
  const { from, to, level } = place;
  const keys = Array.isArray(value) ? undefined : Object.keys(value);
  for (let i = from; i < to; i++) {
    const label = keys?.[i] ?? String(i);
    const path = `${place.path}[${keys ? JSON.stringify(label) : label}]`;
    const part = (value as Record<string, unknown>)[label];
    const given = {
      label,
      value: part,
      path,
      id: `${place.id}/${i}`,
      level,
      position: i - from + 1,
      siblings: to - from,
    };
    addRow(rows, given, open);
  }
}

function sizeOf(value: object): number {
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
