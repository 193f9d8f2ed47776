import { begins } from "../kinds";

/** Return what the header of a NumPy file says, such as `<f8, shape (100, 3)`; nothing if it has none. */
export function describeNpy(head: Uint8Array): string | undefined {
  if (!begins(head, "\x93NUMPY")) return undefined;
  // Version 1 has a length of two bytes, later ones of four: the header is a line of text behind it
  const text = new TextDecoder("latin1").decode(head.subarray(head[6] === 1 ? 10 : 12, 2048)).split("\n")[0] ?? "";
  const dtype = /'descr':\s*'([^']*)'/.exec(text)?.[1] ?? /'descr':\s*(\[.*?\])\s*,\s*'fortran/.exec(text)?.[1];
  const shape = /'shape':\s*(\([^)]*\))/.exec(text)?.[1];
  return dtype !== undefined && shape !== undefined ? `dtype ${dtype}, shape ${shape}` : undefined;
}
