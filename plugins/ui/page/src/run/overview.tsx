import { lazy, Suspense } from "preact/compat";
import { useMemo } from "preact/hooks";

import { NOTE } from "../api/experiments";
import { byKey, type Metric, type Run } from "../api/entities";
import { deleteRunTag, setRunNote, setRunTag } from "../api/runs";
import { Empty } from "../parts/empty";
import { Note } from "../parts/note";
import { isSystemTag, TagChips, TagsEditor } from "../parts/tags";
import { parts } from "../text/parts";
import { run as text } from "../text/run";
import { About } from "./about";
import { Children } from "./children";
import { DatasetList, LoggedFiles, Models } from "./made";
import { inOrder } from "./find";
import { LongText } from "./long-text";
import { Metrics } from "./metrics";
import { Params } from "./params";
import { runHref } from "./place";

const Markdown = lazy(() => import("../parts/markdown"));

/** What is known of a run, on one page. */
export function Overview(props: {
  run: Run;
  metrics: readonly Metric[];
  systemMetrics: readonly Metric[];
  /** Counts up with each reading of the run, so that what belongs to it is read again too. */
  refreshed: number;
  reload: () => void;
}) {
  const { run, metrics, systemMetrics, refreshed, reload } = props;
  const { run_id: runId, lifecycle_stage: stage } = run.info;
  const tags = byKey(run.data?.tags);
  const params = useMemo(() => inOrder(run.data?.params ?? []), [run]);
  const change = async (action: Promise<unknown>) => {
    await action;
    reload();
  };
  const note = tags[NOTE] ?? "";
  const isEmpty = params.length + metrics.length + systemMetrics.length === 0;
  const isDeleted = stage === "deleted";
  return (
    <div class="overview">
      <div class="overview-main">
        {!isDeleted && <Note text={note} onSave={(changed) => change(setRunNote(runId, changed))} />}
        {isDeleted && note && (
          <Suspense fallback={<p>{note}</p>}>
            <Markdown text={note} />
          </Suspense>
        )}
        {isEmpty ? (
          <Empty title={text.nothing} code={isDeleted ? undefined : text.code(runId)}>
            {!isDeleted && text.nothingHint}
          </Empty>
        ) : (
          <div class="overview-tables">
            <div>
              <Metrics run={run} metrics={metrics} title={text.metrics} empty={text.noMetrics} />
              {systemMetrics.length > 0 && (
                <p class="small-text">
                  <a href={runHref(run.info, { tab: "system" })}>{text.systemMetricsLink(systemMetrics.length)}</a>
                </p>
              )}
            </div>
            <Params params={params} />
          </div>
        )}
        <Children run={run} refreshed={refreshed} />
      </div>
      <aside class="overview-side" aria-label={text.about}>
        <About run={run} />
        <section class="side" aria-label={parts.tags}>
          <h2>{parts.tags}</h2>
          {isDeleted ? (
            <TagChips tags={tags} most={1000} />
          ) : (
            <TagsEditor
              tags={tags}
              hidden={isSystemTag}
              onSet={(key, value) => change(setRunTag(runId, key, value))}
              onDelete={(key) => change(deleteRunTag(runId, key))}
            />
          )}
          <SystemTags tags={tags} />
        </section>
        <DatasetList run={run} />
        <Models run={run} refreshed={refreshed} />
        <LoggedFiles run={run} />
      </aside>
    </div>
  );
}

/** What programs wrote, for who wants to know. */
function SystemTags({ tags }: { tags: Readonly<Record<string, string>> }) {
  const keys = Object.keys(tags).filter(isSystemTag).sort();
  if (keys.length === 0) return null;
  return (
    <details class="system-tags">
      <summary>{text.systemTags(keys.length)}</summary>
      <dl>
        {keys.map((key) => (
          <div key={key}>
            <dt class="mono">{key}</dt>
            <dd>
              <LongText value={tags[key] ?? ""} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
