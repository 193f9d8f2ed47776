// What is said at the edge of the page, after something was done or failed.

import { signal } from "@preact/signals";

import { common } from "../text/common";

export interface Notice {
  id: number;
  kind: "done" | "failed";
  text: string;
  /** What can be done about it, such as restoring what was deleted. */
  action?: Action;
}

/** Something to do, and what its button says. */
export interface Action {
  label: string;
  call: () => void;
}

const SECONDS = 8;
let last = 0;

/** What is said now, the newest last. */
export const notices = signal<readonly Notice[]>([]);

/** Say that something is done, and offer a way back, or on. */
export function tell(text: string, action?: (() => void) | Action): void {
  const offered = typeof action === "function" ? { label: common.undo, call: action } : action;
  add({ id: ++last, kind: "done", text, ...(offered && { action: offered }) });
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
