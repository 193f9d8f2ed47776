// Whether the server can be reached, as the last request found it.

import { signal } from "@preact/signals";

/** Whether the last request was answered, with whatever. */
export const isReachable = signal(true);

/** How often the server answered again after it had not. */
export const returns = signal(0);

/** Note how a request went. */
export function noteReach(wasAnswered: boolean): void {
  if (wasAnswered && !isReachable.value) returns.value += 1;
  isReachable.value = wasAnswered;
}
