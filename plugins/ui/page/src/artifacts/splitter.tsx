import { useRef, useState } from "preact/hooks";

const LEAST = 160;
const MOST = 720;
const STEP = 16;

/** A bar between two panes that makes the left one wider or narrower, by pointer or by arrow keys. */
export function Splitter({
  label,
  width,
  onChange,
}: {
  label: string;
  width: number;
  onChange: (width: number) => void;
}) {
  const from = useRef<{ x: number; width: number } | null>(null);
  const change = (to: number) => onChange(Math.round(Math.min(MOST, Math.max(LEAST, to))));
  return (
    // A separator that can be moved is a control, as ARIA has it
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      class="splitter"
      role="separator"
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      tabIndex={0}
      onKeyDown={(event) => {
        const move = { ArrowLeft: -STEP, ArrowRight: STEP, Home: -MOST, End: MOST }[event.key];
        if (move === undefined) return;
        event.preventDefault();
        change(width + move);
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, width };
      }}
      onPointerMove={(event) => {
        if (from.current) change(from.current.width + event.clientX - from.current.x);
      }}
      onPointerUp={() => {
        from.current = null;
      }}
    />
  );
}

/** A width that this browser keeps. */
export function useKeptWidth(place: string, first: number): [number, (width: number) => void] {
  const [width, setWidth] = useState(() => read(place) ?? first);
  const keep = (to: number) => {
    setWidth(to);
    try {
      window.localStorage.setItem(place, String(to));
    } catch {
      // a browser that keeps nothing
    }
  };
  return [width, keep];
}

function read(place: string): number | undefined {
  try {
    const kept = Number(window.localStorage.getItem(place) ?? NaN);
    return kept >= LEAST && kept <= MOST ? kept : undefined;
  } catch {
    return undefined;
  }
}
