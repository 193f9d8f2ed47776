import { lazy } from "preact/compat";

import type { Run } from "../api/entities";
import { fetchModelsOfRun } from "../api/runs";
import { useResource } from "../app/resource";
import { go } from "../app/router";
import { run as text } from "../text/run";
import { type RunPlace, runHref } from "./place";

const ArtifactBrowser = lazy(() => import("../artifacts/browser"));

/** The files of a run, or of one of the logged models that it made or used. */
export function Files({ run, shown }: { run: Run; shown: RunPlace }) {
  const { info } = run;
  const { model, path } = shown;
  const models = useModels(run, model);
  return (
    <>
      {models.length > 0 && (
        <label class="row files-of">
          {text.filesOf}
          <select
            value={model}
            onChange={(event) => go(runHref(info, { tab: "artifacts", model: event.currentTarget.value }))}
          >
            <option value="">{text.theRun}</option>
            {models.map(({ id, name }) => (
              <option key={id} value={id}>
                {text.theModel(name)}
              </option>
            ))}
          </select>
        </label>
      )}
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

/** Return the logged models of a run; one that is shown is among them, whosever it is. */
function useModels(run: Run, shown: string): { id: string; name: string }[] {
  const { run_id: runId, experiment_id: experimentId } = run.info;
  const read = useResource(runId, (signal) => fetchModelsOfRun(runId, experimentId, { signal }));
  const models = (read.value ?? []).map(({ info }) => ({ id: info.model_id, name: info.name }));
  const used = (run.inputs?.model_inputs ?? []).map(({ model_id: id }) => ({ id, name: id }));
  const all = [...models, ...used];
  return shown && !all.some(({ id }) => id === shown) ? [...all, { id: shown, name: shown }] : all;
}
