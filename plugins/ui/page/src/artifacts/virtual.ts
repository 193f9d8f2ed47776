// A list of thousands of rows of one height, of which only those in sight are drawn.

import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Browsers draw no element higher than this, in pixels. */
const HIGHEST = 15_000_000;
const OVERSCAN = 12;

/** Which rows are in sight. */
export interface RowWindow {
  /** The element that scrolls. */
  ref: RefObject<HTMLDivElement | null>;
  onScroll: () => void;
  /** The first row to be drawn. */
  first: number;
  /** What follows the last row to be drawn. */
  end: number;
  /** Of all rows, in pixels. */
  height: number;
  /** Where the scrolling element is scrolled to, and how wide it is; for tables, which leave out columns too. */
  left: number;
  width: number;
  /** Scroll so far that a row is in sight. */
  show: (row: number) => void;
}

/** Return how many rows of a height can be scrolled through. */
export function mostRows(rowHeight: number): number {
  return Math.floor(HIGHEST / rowHeight);
}

/**
 * Keep note of which rows are in sight.
 *
 * @param count How many rows there are.
 * @param rowHeight The height of each, in pixels.
 * @param above How much stands above the rows in the same scrolling element and stays there, in pixels.
 */
export function useRowWindow(count: number, rowHeight: number, above = 0): RowWindow {
  const ref = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ first: 0, end: 60, left: 0, width: 1200 });
  const measure = useCallback(() => {
    const box = ref.current;
    if (!box) return;
    const first = Math.max(0, Math.floor(box.scrollTop / rowHeight) - OVERSCAN);
    const end = Math.ceil((box.scrollTop + box.clientHeight) / rowHeight) + OVERSCAN;
    const { scrollLeft: left, clientWidth: width } = box;
    setView((old) =>
      old.first === first && old.end === end && old.left === left && old.width === width
        ? old
        : { first, end, left, width },
    );
  }, [rowHeight]);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [measure, count]);
  const show = useCallback(
    (row: number) => {
      const box = ref.current;
      if (!box) return;
      const top = row * rowHeight;
      const room = box.clientHeight - above;
      if (top < box.scrollTop) box.scrollTop = top;
      else if (top + rowHeight > box.scrollTop + room) box.scrollTop = top + rowHeight - room;
      measure();
    },
    [above, measure, rowHeight],
  );
  const end = Math.min(view.end, count);
  return {
    ref,
    onScroll: measure,
    first: Math.min(view.first, Math.max(0, end - 1)),
    end,
    height: count * rowHeight,
    left: view.left,
    width: view.width,
    show,
  };
}
