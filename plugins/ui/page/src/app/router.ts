// The address: which view is shown, and its whole state.
//
// Everything is behind the `#`, in the form that links to the reference system's page have:
// `#/experiments/1/runs/ab12?tab=artifacts`.

import { computed, signal } from "@preact/signals";

import { asOurs } from "./aliases";

/** Where the page is. */
export interface Place {
  /** The parts of the path, decoded. */
  path: readonly string[];
  /** What follows the `?`. */
  query: URLSearchParams;
}

const hash = signal(window.location.hash);
window.addEventListener("hashchange", () => {
  hash.value = window.location.hash;
});

/** Where the page is now. */
export const place = computed<Place>(() => parse(hash.value));

/** Return the place that a hash stands for. */
export function parse(text: string): Place {
  const [path = "", ...rest] = text.replace(/^#?\/?/, "").split("?");
  return asOurs({ path: path.split("/").filter(Boolean).map(decode), query: new URLSearchParams(rest.join("?")) });
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // typed by hand
  }
}

/** Return the address of a place, for `href`. */
export function href(path: readonly string[], query?: URLSearchParams | Readonly<Record<string, string>>): string {
  const text = query === undefined ? "" : new URLSearchParams(query).toString();
  return `#/${path.map(encodeURIComponent).join("/")}${text && `?${text}`}`;
}

/** Go to a place; with `replace` the way back skips where the page was. */
export function go(to: string, { replace = false }: { replace?: boolean } = {}): void {
  if (to === window.location.hash) return;
  window.history[replace ? "replaceState" : "pushState"](null, "", to);
  hash.value = to;
}
