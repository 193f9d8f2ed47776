// The filter language as far as a field for it has to know it: what can stand at a place, and where it goes wrong.
//
// The server decides what a filter means. This reads along while somebody types.

/** What can stand at a place. */
export type Expected = "name" | "operator" | "list" | "value" | "and" | "null" | "joint";

/** A piece of a filter. */
export interface Token {
  kind: "name" | "text" | "number" | "symbol";
  text: string;
  from: number;
  to: number;
}

/** Something that cannot be where it is. */
export interface Mistake {
  from: number;
  to: number;
  message: string;
}

/** What reading a filter up to a place tells. */
export interface Reading {
  expected: Expected;
  /** The name that the condition is about, as it is written; empty before one. */
  subject: string;
  /** Whether a list is open. */
  isInList: boolean;
  /** Parentheses that are open, without that of a list. */
  depth: number;
}

const PIECES: readonly [Token["kind"], RegExp][] = [
  ["number", /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/iy],
  ["text", /'[^']*(?:'|$)|"[^"]*(?:"|$)/y],
  ["name", /[A-Za-z_]\w*(?:\.(?:`[^`]*(?:`|$)|"[^"]*(?:"|$)|'[^']*(?:'|$)|[\w.\-/:@$#]*))*/y],
  ["symbol", /<=|>=|!=|<>|==|[=<>(),]/y],
];

/** Return the pieces of a filter; what is no piece is a symbol of one character. */
export function tokens(filter: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < filter.length;) {
    if (/\s/.test(filter[at] ?? "")) {
      at += 1;
      continue;
    }
    const token = pieceAt(filter, at);
    found.push(token);
    at = token.to;
  }
  return found;
}

function pieceAt(filter: string, from: number): Token {
  for (const [kind, pattern] of PIECES) {
    pattern.lastIndex = from;
    const text = pattern.exec(filter)?.[0];
    if (text) return { kind, text, from, to: from + text.length };
  }
  return { kind: "symbol", text: filter[from] ?? "", from, to: from + 1 };
}

const START: Reading = { expected: "name", subject: "", isInList: false, depth: 0 };
const COMPARISONS = new Set(["=", "==", "!=", "<>", "<", "<=", ">", ">="]);

/** Return what can follow after pieces, or the first mistake in them. */
export function read(pieces: readonly Token[], messages: Readonly<Record<Expected, string>>): Reading | Mistake {
  let now = START;
  for (const token of pieces) {
    const next = step(now, token);
    if (!next) return { from: token.from, to: token.to, message: messages[now.expected] };
    now = next;
  }
  return now;
}

/** Return whether reading ended with a mistake. */
export function isMistake(result: Reading | Mistake): result is Mistake {
  return "message" in result;
}

function step(now: Reading, token: Token): Reading | undefined {
  const word = token.kind === "name" ? token.text.toUpperCase() : token.text;
  switch (now.expected) {
    case "name":
      if (word === "NOT") return now;
      if (word === "(") return { ...now, depth: now.depth + 1 };
      return token.kind === "name" ? { ...now, expected: "operator", subject: token.text } : undefined;
    case "operator":
      if (COMPARISONS.has(word) || word === "LIKE" || word === "ILIKE") return { ...now, expected: "value" };
      if (word === "NOT") return now;
      if (word === "IN") return { ...now, expected: "list" };
      if (word === "BETWEEN") return { ...now, expected: "and" };
      return word === "IS" ? { ...now, expected: "null" } : undefined;
    case "list":
      return word === "(" ? { ...now, expected: "value", isInList: true } : undefined;
    case "value":
      return isValue(token) ? { ...now, expected: "joint" } : undefined;
    case "and": // a number, then AND, then the value that ends the condition
      if (token.kind === "number") return now;
      return word === "AND" ? { ...now, expected: "value" } : undefined;
    case "null":
      if (word === "NOT") return now;
      return word === "NULL" ? { ...now, expected: "joint" } : undefined;
    case "joint":
      if (now.isInList) {
        if (word === ",") return { ...now, expected: "value" };
        return word === ")" ? { ...now, isInList: false } : undefined;
      }
      if (word === ")") return now.depth > 0 ? { ...now, depth: now.depth - 1 } : undefined;
      if (word === "AND" || word === "OR") return { ...now, expected: "name", subject: "" };
      // AND may be left out
      return step({ ...now, expected: "name", subject: "" }, token);
  }
}

function isValue(token: Token): boolean {
  const isClosed = token.text.length > 1 && token.text.endsWith(token.text.charAt(0));
  return token.kind === "number" || (token.kind === "text" && isClosed);
}

/** Return where the server's message says that a mistake is; nothing where it shows no place. */
export function toldMistake(message: string, filter: string): Mistake | undefined {
  const lines = message.split("\n");
  const marks = lines.findIndex((line) => /^\s*\^+\s*$/.test(line));
  const shown = lines[marks - 1];
  const mark = lines[marks];
  if (marks < 1 || shown === undefined || mark === undefined) return undefined;
  // of a long filter only a part is shown, between dots
  const part = shown.replace(/^ {2}(?:\.\.\. )?/, "").replace(/ \.\.\.$/, "");
  const start = filter.indexOf(part);
  if (start < 0) return undefined;
  const from = start + mark.indexOf("^") - shown.indexOf(part);
  return { from, to: from + mark.trim().length, message: lines.slice(0, marks - 1).join("\n") };
}
