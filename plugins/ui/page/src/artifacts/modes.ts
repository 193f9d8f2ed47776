// The ways in which a file can be shown.

import type { Kind } from "./kinds";

/** A way to show a file. */
export type Mode = "rendered" | "table" | "tree" | "text" | "image" | "bytes";

const MODES: Readonly<Record<Kind, readonly Mode[]>> = {
  audio: ["rendered"],
  binary: ["bytes"],
  code: ["text"],
  html: ["rendered", "text"],
  image: ["image", "bytes"],
  json: ["tree", "text"],
  lines: ["tree", "table", "text"],
  markdown: ["rendered", "text"],
  notebook: ["rendered", "text"],
  pdf: ["rendered", "bytes"],
  svg: ["image", "text"],
  table: ["table", "text"],
  text: ["text"],
  video: ["rendered"],
  yaml: ["text", "tree"],
};

/** Return the ways to show a file, the usual one first; JSON that begins like a table can be shown as one. */
export function modesOf(kind: Kind, head: Uint8Array): readonly Mode[] {
  if (kind !== "json") return MODES[kind];
  const beginning = new TextDecoder().decode(head);
  if (/^\s*\{\s*"columns"\s*:\s*\[/.test(beginning)) return ["table", "tree", "text"];
  return /^\s*\[\s*\{/.test(beginning) ? ["tree", "table", "text"] : MODES.json;
}
