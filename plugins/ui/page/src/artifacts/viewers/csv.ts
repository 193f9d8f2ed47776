// Files of rows and fields (RFC 4180), and what is wrong with them.

import { tableText } from "../../text/artifacts";

/** A table whose fields are texts. */
export interface ParsedTable {
  header: string[];
  rows: string[][];
  delimiter: string;
  /** What is wrong, in sentences; at most `MOST_PROBLEMS`. */
  problems: string[];
  /** How many faults there are in all. */
  faults: number;
}

export const MOST_PROBLEMS = 20;
const DELIMITERS = [",", "\t", ";", "|"] as const;

/**
 * Return the table of a text; its first row is the header.
 *
 * @param text The text, or its beginning.
 * @param isComplete Whether that is all of it; else a row that is cut at the end is left out.
 */
export function parseTable(text: string, isComplete: boolean): ParsedTable {
  const source = text.startsWith("\ufeff") ? text.slice(1) : text;
  const delimiter = guessDelimiter(source);
  const found = new Faults();
  const rows = readRows(source, delimiter, isComplete, found);
  const header = rows.shift()?.fields ?? [];
  for (const { fields, line } of rows) {
    if (fields.length !== header.length) found.add(tableText.fields(line, fields.length, header.length));
  }
  return { header, rows: rows.map(({ fields }) => fields), delimiter, problems: found.first, faults: found.count };
}

/** Return what most likely is between the fields: what the first line has most of, outside of quotes. */
export function guessDelimiter(text: string): string {
  const line = (/^[^\r\n]*/.exec(text)?.[0] ?? "").replace(/"[^"]*"/g, "");
  let best: string = DELIMITERS[0];
  let most = 0;
  for (const sign of DELIMITERS) {
    const count = line.split(sign).length - 1;
    if (count > most) [best, most] = [sign, count];
  }
  return best;
}

class Faults {
  readonly first: string[] = [];
  count = 0;

  add(text: string): void {
    this.count += 1;
    if (this.first.length < MOST_PROBLEMS) this.first.push(text);
  }
}

interface Row {
  fields: string[];
  /** The line that it begins in, from 1 on. */
  line: number;
}

function readRows(text: string, delimiter: string, isComplete: boolean, faults: Faults): Row[] {
  const rows: Row[] = [];
  let at = 0;
  let line = 1;
  let row: Row = { fields: [], line };
  const endRow = () => {
    if (row.fields.length > 1 || row.fields[0] !== "") rows.push(row); // an empty line is no row
  };
  while (at < text.length || row.fields.length) {
    let field: string;
    if (text[at] === '"') {
      const end = closingQuote(text, at);
      if (end < 0) {
        if (!isComplete) return rows;
        faults.add(tableText.openQuote(line));
        field = text.slice(at + 1);
        at = text.length;
      } else {
        field = text.slice(at + 1, end).replaceAll('""', '"');
        for (let i = at; i < end; i++) if (text[i] === "\n") line += 1;
        at = end + 1;
        const rest = fieldEnd(text, at, delimiter);
        if (rest > at) {
          faults.add(tableText.afterQuote(line));
          field += text.slice(at, rest);
          at = rest;
        }
      }
    } else {
      const end = fieldEnd(text, at, delimiter);
      field = text.slice(at, end);
      at = end;
    }
    row.fields.push(field);
    if (at >= text.length) {
      if (isComplete) endRow();
      return rows;
    }
    if (text[at] === delimiter) {
      at += 1;
      continue;
    }
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line += 1;
    endRow();
    row = { fields: [], line };
  }
  return rows;
}

function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

function fieldEnd(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && text[at] !== delimiter && text[at] !== "\n" && text[at] !== "\r") at += 1;
  return at;
}
