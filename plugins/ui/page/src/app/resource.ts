// What is read from the server, with what a view shows meanwhile.

import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useCallback, useEffect } from "preact/hooks";

import { useReturn } from "./reach";

/** What was read. While it is read again the old value stays, and also when that fails. */
export interface Resource<T> {
  value: T | undefined;
  error: Error | undefined;
  isLoading: boolean;
  /** Read it again. */
  reload: () => void;
}

/**
 * Read something, and again whenever `key` changes; an earlier read that is not done is ended.
 *
 * @param key What the value depends on, in one text.
 * @param load Reads it.
 */
export function useResource<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const state = useSignal<{ key: string; value?: T; error?: Error; isLoading: boolean }>({ key, isLoading: true });
  const turn = useSignal(0);
  const reload = useCallback(() => {
    turn.value += 1;
  }, [turn]);
  const again = turn.value;
  useEffect(() => {
    const control = new AbortController();
    const kept = state.peek().value;
    state.value = { key, ...(kept !== undefined && { value: kept }), isLoading: true };
    load(control.signal).then(
      (value) => {
        if (!control.signal.aborted) state.value = { key, value, isLoading: false };
      },
      (error: unknown) => {
        if (control.signal.aborted) return;
        const failed = error instanceof Error ? error : new Error(String(error));
        state.value = { key, ...(kept !== undefined && { value: kept }), error: failed, isLoading: false };
      },
    );
    return () => control.abort();
    // `load` is new on every render; `key` says when it reads something else
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, again, state]);
  const { value, error, isLoading } = state.value;
  useReturn(reload, error);
  return { value, error, isLoading, reload };
}

/** Call something again and again while a view is shown and the browser's tab is looked at. */
export function usePolling(call: () => void, milliseconds: number, isOn: ReadonlySignal<boolean> | boolean): void {
  const on = typeof isOn === "boolean" ? isOn : isOn.value;
  useEffect(() => {
    if (!on) return;
    const timer = window.setInterval(() => {
      if (!document.hidden) call();
    }, milliseconds);
    return () => window.clearInterval(timer);
  }, [call, milliseconds, on]);
}
