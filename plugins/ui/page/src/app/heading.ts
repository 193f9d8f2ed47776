// Where the focus goes when another view is shown: to its heading, so that screen readers say it and the next Tab leads
// into the view.

import { useEffect, useRef } from "preact/hooks";

/** Focus the heading of the view that a path leads to, as soon as it is there; not that of the first view. */
export function useHeadingFocus(path: string): void {
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    const main = document.querySelector("main");
    if (!main) return;
    main.scrollTop = 0;
    const before = document.activeElement;
    const find = () => {
      const heading = main.querySelector<HTMLElement>("h1");
      if (!heading) return;
      observer.disconnect();
      // Whoever has moved on meanwhile is left alone
      const isFree = document.activeElement === document.body || document.activeElement === before;
      if (!isFree || document.querySelector("dialog[open]")) return;
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    };
    const observer = new MutationObserver(find);
    observer.observe(main, { childList: true, subtree: true });
    find();
    return () => observer.disconnect();
  }, [path]);
}
