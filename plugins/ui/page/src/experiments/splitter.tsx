import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

const LEAST = 15;
const STEP = 2;

/**
 * Two parts side by side, and a line between them that is moved by pointer or arrow keys.
 *
 * @param props.share The width of the first part in percent.
 * @param props.onShare Told where the line came to rest.
 */
export function Splitter(props: {
  share: number;
  onShare: (share: number) => void;
  label: string;
  first: ComponentChildren;
  second: ComponentChildren;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const moving = useSignal<number | null>(null);
  const share = moving.value ?? props.share;

  const at = (event: PointerEvent): number => {
    const box = frame.current?.getBoundingClientRect();
    return box ? limited(((event.clientX - box.left) / box.width) * 100) : share;
  };
  const press = (event: KeyboardEvent) => {
    const to = { ArrowLeft: share - STEP, ArrowRight: share + STEP, Home: LEAST, End: 100 - LEAST }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    props.onShare(limited(to));
  };
  return (
    <div class="splitter" ref={frame}>
      <div class="splitter-part" style={{ width: `calc(${share}% - 3px)` }}>
        {props.first}
      </div>
      {/* a separator that can be focused is a control; the linter knows only the other kind */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        class="splitter-line"
        role="separator"
        aria-orientation="vertical"
        aria-label={props.label}
        aria-valuenow={Math.round(share)}
        aria-valuemin={LEAST}
        aria-valuemax={100 - LEAST}
        tabIndex={0}
        onKeyDown={press}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          moving.value = share;
        }}
        onPointerMove={(event) => {
          if (moving.value !== null) moving.value = at(event);
        }}
        onLostPointerCapture={() => {
          if (moving.value !== null) props.onShare(moving.value);
          moving.value = null;
        }}
      />
      <div class="splitter-part grow">{props.second}</div>
    </div>
  );
}

function limited(share: number): number {
  return Math.round(Math.min(100 - LEAST, Math.max(LEAST, share)));
}
