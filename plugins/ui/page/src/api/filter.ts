// Pieces of the filter language, written.
//
// A text in quotes is taken as it stands, nothing in it can be escaped. What would end it early is looked for as any
// character (`_` of LIKE), so that such a filter may find a little more than was asked for, and never less.

/** Return the filter for names that hold a text, whatever the case of its letters; none for an empty text. */
export function nameHolds(text: string): string {
  return text && `name ILIKE '%${harmless(text)}%'`;
}

/** Return the filter for a name; whoever uses it looks at the names that come. */
export function nameIs(name: string): string {
  return name === harmless(name) ? `name = '${name}'` : `name LIKE '${harmless(name)}'`;
}

/** Return the filter for what all of some filters find; empty ones are left out. */
export function all(...filters: readonly string[]): string {
  return filters.filter(Boolean).join(" AND ");
}

function harmless(text: string): string {
  return text.replace(/'|\\$/g, "_");
}
