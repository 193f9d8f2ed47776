// Notes where there is little room.

/** Return the first line of a note, without the marks of a heading or a list. */
export function firstLine(note: string): string {
  const line = note.split("\n").find((each) => each.trim()) ?? "";
  return line.replace(/^[#>*\-\s]+/, "");
}
