// Filters that were used in this browser, the last one first.

const PLACE = "runyard.filters";
const MOST = 15;

/** Return the filters that were used. */
export function usedFilters(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(PLACE) ?? "[]");
    return Array.isArray(kept) ? kept.filter((each): each is string => typeof each === "string").slice(0, MOST) : [];
  } catch {
    return []; // a browser that keeps nothing
  }
}

/** Keep a filter as the last one that was used. */
export function keepFilter(filter: string): void {
  if (!filter.trim()) return;
  try {
    const kept = [filter, ...usedFilters().filter((each) => each !== filter)].slice(0, MOST);
    window.localStorage.setItem(PLACE, JSON.stringify(kept));
  } catch {
    // as above
  }
}
