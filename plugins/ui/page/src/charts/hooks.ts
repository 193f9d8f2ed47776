// What components of charts need to know of the browser.

import { type RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Return a list as it was before as long as it holds the same. */
export function useUnchanged<T>(list: readonly T[]): readonly T[] {
  const kept = useRef(list);
  const isSame = list.length === kept.current.length && list.every((item, i) => Object.is(item, kept.current[i]));
  if (!isSame) kept.current = list;
  return kept.current;
}

/** Return whether an element is in sight, or nearly. */
export function useSeen(element: RefObject<HTMLElement | null>): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (!element.current) return;
    const observer = new IntersectionObserver((entries) => setSeen(entries.at(-1)?.isIntersecting ?? false), {
      rootMargin: "160px",
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return isSeen;
}

/** Return how wide an element is, in pixels; 0 before that is known. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
