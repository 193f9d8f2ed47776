import { lazy } from "preact/compat";

import type { Run } from "../api/entities";
import { fetchLoggedModel } from "../api/runs";
import { useResource } from "../app/resource";
import { go } from "../app/router";
import { run as text } from "../text/run";
import { type RunPlace, runHref } from "./place";

const ArtifactBrowser = lazy(() => import("../artifacts/browser"));

/** The files of a run, or of a logged model that it made or used. */
export function Files({ run, shown }: { run: Run; shown: RunPlace }) {
  const { info } = run;
  const { model, path } = shown;
  return (
    <>
      {model && <ModelPath run={run} modelId={model} />}
      <ArtifactBrowser
        key={model}
        source={
          model
            ? { kind: "model", modelId: model }
            : { kind: "run", runId: info.run_id, artifactUri: info.artifact_uri }
        }
        path={path}
        onPath={(to) => go(runHref(info, { tab: "artifacts", model, path: to }))}
      />
    </>
  );
}

/** Whose files these are, and the way back to those of the run. */
function ModelPath({ run, modelId }: { run: Run; modelId: string }) {
  const model = useResource(modelId, (signal) => fetchLoggedModel(modelId, { signal }));
  return (
    <div class="row files-of">
      <span>{text.filesOf(model.value?.info.name ?? modelId)}</span>
      <span class="mono quiet">{modelId}</span>
      <a href={runHref(run.info, { tab: "artifacts" })}>{text.toRunFiles}</a>
    </div>
  );
}
