// What takes a while: how far it is, and a way to end it.

import { signal } from "@preact/signals";

/** Something that is being done with many runs. */
export interface Progress {
  label: string;
  done: number;
  /** Nothing before it is known. */
  total: number | undefined;
  cancel: () => void;
}

/** What is being done now. */
export const progress = signal<Progress | null>(null);

/** How many requests of one kind are on their way at once. */
const AT_ONCE = 6;

/** Do something that takes a while, showing how far it is; one after the other. */
export async function withProgress<T>(
  label: string,
  action: (step: (done: number, total?: number) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const control = new AbortController();
  const cancel = () => control.abort();
  progress.value = { label, done: 0, total: undefined, cancel };
  try {
    return await action((done, total) => (progress.value = { label, done, total, cancel }), control.signal);
  } finally {
    progress.value = null;
  }
}

/** What became of several actions. */
export interface Outcome<T> {
  done: T[];
  /** The first failure, if there is one. */
  error: Error | undefined;
}

/** Do the same with many items, a few at once; the first failure ends it after those that are on their way. */
export async function forEach<T>(
  items: readonly T[],
  action: (item: T) => Promise<unknown>,
  step: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<Outcome<T>> {
  const outcome: Outcome<T> = { done: [], error: undefined };
  let at = 0;
  const work = async () => {
    while (at < items.length && !outcome.error && !signal.aborted) {
      const item = items[at++] as T;
      try {
        await action(item);
        outcome.done.push(item);
        step(outcome.done.length, items.length);
      } catch (error) {
        outcome.error ??= error instanceof Error ? error : new Error(String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcome;
}
