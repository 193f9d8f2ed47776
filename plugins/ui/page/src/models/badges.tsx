// Small things that tell of a version: aliases, stage, status, its run.

import { fetchRun } from "../api/runs";
import type { ModelVersion } from "../api/entities";
import { useResource } from "../app/resource";
import { href } from "../app/router";
import { Icon } from "../parts/icon";
import { models as text } from "../text/models";

const STAGE_CLASSES: Readonly<Record<string, string>> = { Production: "good", Staging: "warn" };

/** Shows the stage of a version, if it is in one. */
export function StageBadge({ stage }: { stage: string | undefined }) {
  if (!stage || stage === "None") return null;
  return <span class={`badge ${STAGE_CLASSES[stage] ?? ""}`}>{stage}</span>;
}

/** Shows an alias; with a version, which one it points to. */
export function AliasBadge({ alias, name, version }: { alias: string; name: string; version?: string }) {
  const label = (
    <>
      <Icon name="alias" size={12} /> {alias}
    </>
  );
  if (version === undefined) return <span class="badge accent">{label}</span>;
  return (
    <a class="badge accent" href={href(["models", name, "versions", version])}>
      {label} → {version}
    </a>
  );
}

/** Shows the status of a version unless it is as it should be. */
export function StatusBadge({ version }: { version: ModelVersion }) {
  const { status = "READY", status_message: message } = version;
  if (status === "READY") return null;
  const kind = status.startsWith("FAILED") ? "bad" : "warn";
  return (
    <span class={`badge ${kind}`} title={message}>
      {text.statuses[status] ?? status}
    </span>
  );
}

/** Leads to the run that a version came from, by its name. */
export function RunLink({ version }: { version: ModelVersion }) {
  const { run_id: runId, run_link: link } = version;
  const found = useResource(runId ?? "", (signal) =>
    runId ? fetchRun(runId, { signal }) : Promise.resolve(undefined),
  );
  if (!runId) return link ? <ForeignLink link={link} /> : <span class="quiet">–</span>;
  const info = found.value?.info;
  if (!info) return <span class="mono quiet">{runId.slice(0, 8)}</span>;
  return (
    <>
      <a href={href(["experiments", info.experiment_id, "runs", runId])}>{info.run_name || runId.slice(0, 8)}</a>
      {info.lifecycle_stage === "deleted" && <span class="badge bad">{text.runGone}</span>}
    </>
  );
}

/** A run on another server; whatever else somebody wrote there is text. */
function ForeignLink({ link }: { link: string }) {
  if (!/^https?:\/\//i.test(link)) return <span>{link}</span>;
  return (
    <a href={link} rel="noreferrer noopener" target="_blank">
      {link}
    </a>
  );
}
