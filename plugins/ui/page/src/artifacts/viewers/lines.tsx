// Lines of text, of which only those in sight are drawn.

import type { ComponentChildren } from "preact";

import { viewText } from "../../text/artifacts";
import { mostRows, useRowWindow } from "../virtual";

const LINE_HEIGHT = 19;
/** Characters of a line that are drawn; browsers take long over longer ones. */
const LONGEST = 4000;
/** Up to so many lines are all drawn, so that the browser's own search finds what is in them. */
const FEW = 1500;

/** Shows lines with their numbers. */
export function Lines(props: {
  label: string;
  lines: readonly string[];
  /** Whether the lines say themselves where they are. */
  hasNoNumbers?: boolean;
  /** Draws a line; as plain text if absent. */
  children?: ((line: string, index: number) => ComponentChildren) | undefined;
}) {
  const count = Math.min(props.lines.length, mostRows(LINE_HEIGHT));
  const { ref, onScroll, first, end, height } = useRowWindow(count, LINE_HEIGHT);
  const [from, to] = count <= FEW ? [0, count] : [first, end];
  const digits = String(count).length;
  return (
    <div ref={ref} class="lines" onScroll={onScroll} tabIndex={0} role="region" aria-label={props.label}>
      <div class="lines-all" style={{ height: `${height}px` }}>
        <div class="lines-drawn" style={{ top: `${from * LINE_HEIGHT}px` }}>
          {props.lines.slice(from, to).map((line, i) => (
            <div key={from + i} class="line">
              {!props.hasNoNumbers && (
                <span class="line-number" style={{ width: `${digits + 2}ch` }} data-number={from + i + 1} />
              )}
              <span class="line-text">
                {line.length > LONGEST ? (
                  <>
                    {line.slice(0, LONGEST)}
                    <em class="quiet">{viewText.cutLine(line.length - LONGEST)}</em>
                  </>
                ) : (
                  (props.children?.(line, from + i) ?? line)
                )}
              </span>
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

/** Return the lines of a text, without what ends them. */
export function splitLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.length > 1 && lines.at(-1) === "") lines.pop();
  return lines;
}
