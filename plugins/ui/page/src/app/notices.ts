// What is said at the edge of the page, after something was done or failed.

import { signal } from "@preact/signals";

export interface Notice {
  id: number;
  kind: "done" | "failed";
  text: string;
  /** A way back, such as restoring what was deleted. */
  undo?: () => void;
}

const SECONDS = 8;
let last = 0;

/** What is said now, the newest last. */
export const notices = signal<readonly Notice[]>([]);

/** Say that something is done. */
export function tell(text: string, undo?: () => void): void {
  add({ id: ++last, kind: "done", text, ...(undo && { undo }) });
}

/** Say why something failed. */
export function tellError(error: unknown): void {
  add({ id: ++last, kind: "failed", text: error instanceof Error ? error.message : String(error) });
}

/** Take a notice away. */
export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

/** Do something that may fail; say so if it does. Return whether it was done. */
export async function attempt(action: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await action();
  } catch (error) {
    tellError(error);
    return false;
  }
  if (done !== undefined) tell(done);
  return true;
}

function add(notice: Notice): void {
  notices.value = [...notices.value.slice(-3), notice];
  if (notice.kind === "done") window.setTimeout(() => dismiss(notice.id), SECONDS * 1000);
}
