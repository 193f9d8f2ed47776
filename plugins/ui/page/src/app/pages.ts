// Lists that the server gives page by page.

import { useSignal } from "@preact/signals";
import { useCallback, useEffect, useRef } from "preact/hooks";

import { useReturn } from "./reach";

/** A page of a list, and what to ask for the next one with. */
export interface ListPage<T> {
  items: readonly T[];
  next: string | undefined;
}

/** What is known of a list so far. */
export interface Pages<T> {
  /** What came; nothing before the first page. While the list is read again the old items stay. */
  items: readonly T[] | undefined;
  error: Error | undefined;
  isLoading: boolean;
  hasMore: boolean;
  /** Read the next page. */
  more: () => void;
  /** Read again what is shown. */
  reload: () => void;
}

interface State<T> {
  items?: readonly T[];
  next?: string | undefined;
  error?: Error;
  isLoading: boolean;
}

/**
 * Read a list page by page, and again from its start whenever `key` changes.
 *
 * @param key What the list depends on, in one text.
 * @param load Reads the page that a token stands for, the first one without.
 */
export function usePages<T>(
  key: string,
  load: (token: string | undefined, signal: AbortSignal) => Promise<ListPage<T>>,
): Pages<T> {
  const state = useSignal<State<T>>({ isLoading: true });
  const control = useRef(new AbortController());
  const reader = useRef(load);
  reader.current = load;

  const read = useCallback(
    async (before: readonly T[], token: string | undefined, least: number) => {
      control.current.abort();
      const mine = (control.current = new AbortController());
      state.value = { ...state.peek(), isLoading: true };
      try {
        const items = [...before];
        let next = token;
        do {
          const page = await reader.current(next, mine.signal);
          items.push(...page.items);
          next = page.next;
        } while (next !== undefined && items.length < least);
        if (!mine.signal.aborted) state.value = { items, next, isLoading: false };
      } catch (error) {
        if (mine.signal.aborted) return;
        const { items } = state.peek();
        const shown = error instanceof Error ? error : new Error(String(error));
        // A token goes with the search that it came from: after a first page that failed there is no next one
        state.value = { ...(items && { items }), next: token, error: shown, isLoading: false };
      }
    },
    [state],
  );
  useEffect(() => {
    void read([], undefined, 0);
    return () => control.current.abort();
  }, [key, read]);

  const { items, next, error, isLoading } = state.value;
  const reload = useCallback(() => void read([], undefined, state.peek().items?.length ?? 0), [read, state]);
  useReturn(reload, error);
  return {
    items,
    error,
    isLoading,
    hasMore: next !== undefined,
    more: useCallback(() => {
      const { items: shown = [], next: token, isLoading: isBusy } = state.peek();
      if (token !== undefined && !isBusy) void read(shown, token, 0);
    }, [read, state]),
    reload,
  };
}
