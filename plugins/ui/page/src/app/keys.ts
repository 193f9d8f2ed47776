// Keys that work everywhere.

import { useEffect } from "preact/hooks";

import { go, href } from "./router";

/** How long after `g` its second key is waited for, in milliseconds. */
const PATIENCE = 1000;
const PLACES: Readonly<Record<string, string>> = { e: href(["experiments"]), m: href(["models"]) };
const SEARCH = "main [data-search], main input[type=search], main [role=combobox]";

/** Listen to keys: `/` leads to the search field, `g` and a letter to a view, `?` calls for help. */
export function useKeys(onHelp: () => void): void {
  useEffect(() => {
    let led = -Infinity; // when `g` was pressed
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
      const to = event.timeStamp - led < PATIENCE ? PLACES[event.key] : undefined;
      led = event.key === "g" ? event.timeStamp : -Infinity;
      if (to !== undefined) go(to);
      else if (event.key === "?") onHelp();
      else if (event.key === "/") focusSearch();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, [onHelp]);
}

/** Whether a key belongs to what it is pressed in: a field, a menu, or anything while a dialog is open. */
function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector("dialog[open]")) return true;
  return (
    target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable], [role=menu]") !== null
  );
}

function focusSearch(): void {
  const field = [...document.querySelectorAll<HTMLElement>(SEARCH)].find((each) => each.checkVisibility());
  field?.focus();
  if (field instanceof HTMLInputElement) field.select();
}
