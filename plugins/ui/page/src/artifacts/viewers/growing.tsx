// A text that is fetched as far as it is looked at.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { viewText } from "../../text/artifacts";
import { GrowingText, PORTION } from "../contents";

/** Bytes that are kept at most. */
const MOST = 64 * PORTION;
const LATER = 4 * PORTION;

/** What was fetched of a text. */
export interface Growing {
  text: string;
  loaded: number;
  total: number;
  isComplete: boolean;
  isLoading: boolean;
  error: Error | undefined;
  more: () => void;
}

/** Fetch the beginning of a text, and more of it when that is asked for. */
export function useGrowingText(url: string): Growing {
  const source = useRef<GrowingText>(undefined);
  const control = useRef(new AbortController());
  const [state, setState] = useState({ text: "", loaded: 0, total: 0, isComplete: false });
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<Error>();
  const fetchNext = useCallback(async (from: GrowingText, length: number, signal: AbortSignal) => {
    setLoading(true);
    setError(undefined);
    try {
      await from.more(length, signal);
      if (signal.aborted) return;
      const { text, loaded, total = 0, isComplete } = from;
      setState({ text, loaded, total, isComplete });
    } catch (failure) {
      if (!signal.aborted) setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      if (!signal.aborted) setLoading(false);
    }
  }, []);
  useEffect(() => {
    const mine = new AbortController();
    control.current = mine;
    source.current = new GrowingText(url);
    void fetchNext(source.current, PORTION, mine.signal);
    return () => mine.abort();
  }, [url, fetchNext]);
  const more = useCallback(() => {
    if (source.current) void fetchNext(source.current, LATER, control.current.signal);
  }, [fetchNext]);
  return { ...state, isLoading, error, more };
}

/** Says how much of a text is shown, and fetches more; nothing where it is all there. */
export function MoreText({ growing, text }: { growing: Growing; text?: string }) {
  const { loaded, total, isComplete, isLoading } = growing;
  if (isComplete || !loaded) return null;
  return (
    <div class="more" role="status">
      <span>{text ?? viewText.loaded(loaded, total)}</span>
      {loaded < MOST ? (
        <button disabled={isLoading} onClick={growing.more}>
          {viewText.loadMore}
        </button>
      ) : (
        <span class="quiet">{viewText.endOfText(MOST)}</span>
      )}
    </div>
  );
}
