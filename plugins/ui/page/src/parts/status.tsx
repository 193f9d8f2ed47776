import "./status.css";

import type { RunStatus } from "../api/entities";
import { statuses } from "../text/status";

/** A mark of its own for each status, so that colour is not all that tells them apart. */
const MARKS: Record<RunStatus, string> = {
  RUNNING: "M8 2.5a5.5 5.5 0 1 1-5.5 5.5",
  SCHEDULED: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 5v3.2l2 1.3",
  FINISHED: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM5.5 8.2l1.8 1.8 3.2-3.8",
  FAILED: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM6 6l4 4M10 6l-4 4",
  KILLED: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM6 6h4v4H6z",
};

/** Shows the status of a run: a mark, and its name, which may be for screen readers only. */
export function Status({ status, isShort = false }: { status: RunStatus; isShort?: boolean }) {
  return (
    <span class={`status status-${status.toLowerCase()}`} title={isShort ? statuses[status] : undefined}>
      <svg
        class="icon"
        width={14}
        height={14}
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        stroke-width={1.6}
        stroke-linecap="round"
        stroke-linejoin="round"
        aria-hidden="true"
      >
        <path d={MARKS[status]} />
      </svg>
      <span class={isShort ? "hidden" : undefined}>{statuses[status]}</span>
    </span>
  );
}
