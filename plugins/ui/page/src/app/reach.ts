// What the page does while the server cannot be reached: it asks again and again, and then goes on.

import { useEffect, useRef } from "preact/hooks";

import { address, ApiError, fetchOrThrow } from "../api/client";
import { isReachable, returns } from "../api/reach";

const EVERY = 2000; // milliseconds

/** Ask the server whether it is there, as long as it was not. */
export function useReach(): void {
  const isAway = !isReachable.value;
  useEffect(() => {
    if (!isAway) return;
    const timer = window.setInterval(() => void ask(), EVERY);
    return () => window.clearInterval(timer);
  }, [isAway]);
}

/** Call something when the server can be reached again, if it failed with an error because it could not. */
export function useReturn(call: () => void, error: Error | undefined): void {
  const turn = returns.value;
  const seen = useRef(turn);
  useEffect(() => {
    if (turn === seen.current) return;
    seen.current = turn;
    if (error instanceof ApiError && error.code === "UNREACHABLE") call();
  }, [turn, call, error]);
}

/** Return the version of the protocol that the server speaks; nothing where it does not answer. */
export async function ask(): Promise<string | undefined> {
  try {
    const reply = await fetchOrThrow(address("version", {}, new URL(document.baseURI)));
    return await reply.text();
  } catch {
    return undefined; // what is shown says so
  }
}
