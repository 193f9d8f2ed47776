// What the browser's tab says.

import { useEffect } from "preact/hooks";

import { common } from "../text/common";

/** Set the title of the page, the most particular first; nothing is changed as long as the first part is not known. */
export function useTitle(...parts: readonly (string | undefined)[]): void {
  const title = parts[0] === undefined ? "" : [...parts.filter(Boolean), common.product].join(" · ");
  useEffect(() => {
    if (title) document.title = title;
  }, [title]);
}
