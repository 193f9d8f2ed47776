import { lazy, Suspense } from "preact/compat";
import { useState } from "preact/hooks";

import { fetchExperiment } from "../api/experiments";
import type { Run } from "../api/entities";
import { deleteRun, renameRun, restoreRun } from "../api/runs";
import { copyText } from "../app/clipboard";
import { download } from "../app/download";
import { attempt, tell } from "../app/notices";
import { useResource } from "../app/resource";
import { href } from "../app/router";
import { useTitle } from "../app/title";
import { Copy } from "../parts/copy";
import { Confirm } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { Menu } from "../parts/menu";
import { NameDialog } from "../parts/name";
import { Status } from "../parts/status";
import { duration, Time } from "../parts/time";
import { common } from "../text/common";
import { parts } from "../text/parts";
import { run as text } from "../text/run";

const RegisterDialog = lazy(async () => ({ default: (await import("../models/register")).RegisterDialog }));

type Asked = "rename" | "delete" | "register";

/** What a run is called, how it stands, and what can be done with it. */
export function Head({ run, reload }: { run: Run; reload: () => void }) {
  const { info } = run;
  const { run_id: runId } = info;
  const name = info.run_name || text.noName;
  const isDeleted = info.lifecycle_stage === "deleted";
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  useTitle(name, text.run);

  const restore = async () => {
    if (await attempt(() => restoreRun(runId), text.restored)) reload();
  };
  const remove = async () => {
    close();
    if (!(await attempt(() => deleteRun(runId)))) return;
    tell(text.deleted, () => void restore());
    reload();
  };
  return (
    <header class="run-head">
      <Path experimentId={info.experiment_id} />
      <div class="row">
        <h1 tabIndex={-1}>{name}</h1>
        {isDeleted ? (
          <span class="badge bad">{text.deletedBadge}</span>
        ) : (
          <button class="plain small" aria-label={text.rename} title={text.rename} onClick={() => setAsked("rename")}>
            <Icon name="edit" size={14} />
          </button>
        )}
        <span class="grow" />
        {!isDeleted && <button onClick={() => setAsked("register")}>{text.register}</button>}
        <Menu
          label={parts.more}
          icon="more"
          items={[
            !isDeleted && { label: text.rename, icon: "edit", onSelect: () => setAsked("rename") },
            {
              label: text.copyLink,
              icon: "link",
              onSelect: () => void attempt(() => copyText(window.location.href), text.linkCopied),
            },
            {
              label: text.downloadJson,
              icon: "download",
              onSelect: () => download(`run-${runId}.json`, JSON.stringify(run, null, 2), "application/json"),
            },
            isDeleted
              ? { label: common.restore, icon: "restore", onSelect: () => void restore() }
              : { label: text.delete, icon: "trash", isDanger: true, onSelect: () => setAsked("delete") },
          ]}
        />
      </div>
      <Facts run={run} />
      {isDeleted && (
        <div class="row run-deleted" role="status">
          <Icon name="trash" />
          <span class="grow">{text.isDeleted}</span>
          <button onClick={() => void restore()}>{common.restore}</button>
        </div>
      )}
      {asked === "rename" && (
        <NameDialog
          title={text.rename}
          value={info.run_name}
          action={common.rename}
          onSave={async (to) => {
            await renameRun(runId, to);
            reload();
          }}
          onClose={close}
        />
      )}
      {asked === "delete" && (
        <Confirm
          title={text.delete}
          text={text.deleteText(name)}
          action={common.delete}
          onConfirm={() => void remove()}
          onClose={close}
        />
      )}
      {asked === "register" && (
        <Suspense fallback={null}>
          <RegisterDialog
            runId={runId}
            onClose={() => {
              close();
              reload();
            }}
          />
        </Suspense>
      )}
    </header>
  );
}

/** The way back to the experiment. */
function Path({ experimentId }: { experimentId: string }) {
  const experiment = useResource(experimentId, (signal) => fetchExperiment(experimentId, { signal }));
  return (
    <nav class="run-path" aria-label={text.experiment}>
      <a href={href(["experiments"])}>{common.experiments}</a>
      <span class="quiet" aria-hidden="true">
        /
      </span>
      <a href={href(["experiments", experimentId])}>{experiment.value?.name ?? experimentId}</a>
    </nav>
  );
}

function Facts({ run: { info } }: { run: Run }) {
  const { start_time: start, end_time: end } = info;
  const isLive = info.status === "RUNNING";
  return (
    <dl class="run-facts">
      <div>
        <dt class="hidden">{text.statusLabel}</dt>
        <dd>
          <Status status={info.status} />
        </dd>
      </div>
      {start !== undefined && (
        <div>
          <dt>{text.started}</dt>
          <dd>
            <Time value={start} />
          </dd>
        </div>
      )}
      {start !== undefined && (end !== undefined || isLive) && (
        <div>
          <dt>{end === undefined ? text.durationUntilNow : text.duration}</dt>
          <dd>{duration(Math.max(0, (end ?? Date.now()) - start))}</dd>
        </div>
      )}
      {info.user_id && (
        <div>
          <dt>{text.user}</dt>
          <dd>{info.user_id}</dd>
        </div>
      )}
      <div>
        <dt>{text.id}</dt>
        <dd>
          <span class="mono">{info.run_id}</span>
          <Copy text={info.run_id} label={text.copyId} />
        </dd>
      </div>
    </dl>
  );
}
