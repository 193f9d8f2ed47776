// What the browser's tab says: the name that a view gives, or the kind of thing that an address stands for.

import { computed, effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { common } from "../text/common";
import { place } from "./router";

const given = signal<string | undefined>(undefined);

/** What stands for a view that gives no name, or none yet. */
const usual = computed(() => {
  const [area, id, part, item] = place.value.path;
  if (area === "compare") return common.compare;
  if (area === "models") return [item, id, common.models].filter(Boolean).join(" · ");
  return [part && item ? common.runTitle(item) : undefined, common.experiments].filter(Boolean).join(" · ");
});

effect(() => {
  document.title = `${given.value ?? usual.value} · ${common.product}`;
});

/** Name what a view shows, the most particular first, as soon as the first part is known. */
export function useTitle(...parts: readonly (string | undefined)[]): void {
  const title = parts[0] === undefined ? undefined : parts.filter(Boolean).join(" · ");
  useEffect(() => {
    given.value = title;
    return () => {
      given.value = undefined;
    };
  }, [title]);
}
