import "./charts.css";

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

import { colorOf } from "../runs/colors";
import { type BoardRun, createRunBoard } from "./board";
import { Sections } from "./panel";
import { Toolbar } from "./toolbar";

/** The charts of a run; while it is `live` they go on. */
export default function RunCharts(props: {
  runId: string;
  keys: readonly string[];
  live: boolean;
  /** What it is called; a part of its id if absent. */
  name?: string | undefined;
  /** In milliseconds since 1970 UTC; its first point's time if absent. */
  startTime?: number | undefined;
}) {
  const { runId, live, startTime, keys } = props;
  const described = (): BoardRun => ({
    runId,
    name: props.name ?? runId.slice(0, 8),
    color: colorOf(runId),
    startTime: startTime ?? null,
    isLive: live,
    group: undefined,
  });
  const run = useSignal(described());
  const board = useMemo(() => createRunBoard(run), [run]);
  useEffect(() => {
    run.value = described();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [runId, live, startTime, props.name, run]);
  useEffect(() => () => board.dispose(), [board]);
  return (
    <div class="charts charts-of-run">
      <Toolbar board={board} metrics={keys} />
      <Sections board={board} metrics={keys} />
    </div>
  );
}
