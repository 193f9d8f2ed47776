import { lazy, Suspense } from "preact/compat";
import { useState } from "preact/hooks";

import { byKey, type Run } from "../api/entities";
import { fetchModelsOfRun, fetchVersionsOfRun } from "../api/runs";
import { useResource } from "../app/resource";
import { href } from "../app/router";
import { run as text } from "../text/run";
import { CONTEXT } from "./dataset";
import { loggedTables, type MadeModel, madeModels } from "./logged";
import { runHref } from "./place";

const RegisterDialog = lazy(async () => ({ default: (await import("../models/register")).RegisterDialog }));

/** The models that a run made and used, and the versions that were registered of them. */
export function Models({ run, refreshed }: { run: Run; refreshed: number }) {
  const { run_id: runId, experiment_id: experimentId } = run.info;
  const [registered, setRegistered] = useState<MadeModel>();
  const [done, setDone] = useState(0);
  const read = useResource(`${runId} ${refreshed} ${done}`, async (signal) => {
    const [logged, versions] = await Promise.all([
      fetchModelsOfRun(runId, experimentId, { signal }),
      fetchVersionsOfRun(runId, { signal }),
    ]);
    return { logged, versions };
  });
  if (!read.value) return null;
  const models = madeModels(run, read.value.logged, read.value.versions);
  const others = read.value.versions.filter((version) => !models.some((model) => model.versions.includes(version)));
  const used = run.inputs?.model_inputs ?? [];
  const isDeleted = run.info.lifecycle_stage === "deleted";
  if (models.length + others.length + used.length === 0) return null;
  return (
    <section class="side" aria-label={text.models}>
      <h2>{text.models}</h2>
      <ul class="things">
        {models.map((model) => (
          <li key={model.modelId ?? model.path}>
            <div class="row">
              <a
                class="grow"
                href={runHref(run.info, { tab: "artifacts", model: model.modelId ?? "", path: model.path ?? "" })}
              >
                {model.name}
              </a>
              {!isDeleted && (
                <button class="small" onClick={() => setRegistered(model)}>
                  {text.registerShort}
                </button>
              )}
            </div>
            <Details model={model} />
            <Versions versions={model.versions} />
          </li>
        ))}
        {others.length > 0 && (
          <li>
            <Versions versions={others} />
          </li>
        )}
      </ul>
      {used.length > 0 && (
        <>
          <h3>{text.modelsUsed}</h3>
          <ul class="things">
            {used.map(({ model_id: id }) => (
              <li key={id} class="mono">
                <a href={runHref(run.info, { tab: "artifacts", model: id })}>{id}</a>
              </li>
            ))}
          </ul>
        </>
      )}
      {registered && (
        <Suspense fallback={null}>
          <RegisterDialog
            runId={runId}
            modelId={registered.modelId}
            path={registered.path}
            onClose={() => {
              setRegistered(undefined);
              setDone(done + 1);
            }}
          />
        </Suspense>
      )}
    </section>
  );
}

function Details({ model }: { model: MadeModel }) {
  const known = [
    ...model.flavors,
    model.type,
    model.step !== undefined && text.atStep(model.step),
    model.status !== undefined && model.status !== "LOGGED_MODEL_READY" && text.notReady,
  ].filter((part) => part);
  return known.length > 0 ? <div class="quiet small-text">{known.join(" · ")}</div> : null;
}

function Versions({ versions }: { versions: MadeModel["versions"] }) {
  if (versions.length === 0) return null;
  return (
    <div class="small-text">
      {text.registered}{" "}
      {versions.map((version, i) => (
        <span key={`${version.name} ${version.version}`}>
          {i > 0 && ", "}
          <a href={href(["models", version.name, "versions", version.version])}>
            {text.versionName(version.name, version.version)}
          </a>
          {version.aliases?.map((alias) => (
            <span key={alias} class="badge accent alias">
              @{alias}
            </span>
          ))}
        </span>
      ))}
    </div>
  );
}

/** Links to tables and images that a run logged. */
export function LoggedFiles({ run }: { run: Run }) {
  const tables = loggedTables(run);
  const hasImages = byKey(run.data?.tags)["mlflow.loggedImages"]?.toLowerCase() === "true";
  if (tables.length === 0 && !hasImages) return null;
  return (
    <section class="side" aria-label={text.files}>
      <h2>{text.files}</h2>
      <ul class="things">
        {tables.map((path) => (
          <li key={path}>
            <a href={runHref(run.info, { tab: "artifacts", path })}>{path}</a>{" "}
            <span class="quiet small-text">{text.table}</span>
          </li>
        ))}
        {hasImages && (
          <li>
            <a href={runHref(run.info, { tab: "artifacts", path: "images" })}>{text.images}</a>
          </li>
        )}
      </ul>
    </section>
  );
}

/** The datasets that a run read, in short. */
export function DatasetList({ run }: { run: Run }) {
  const inputs = run.inputs?.dataset_inputs ?? [];
  if (inputs.length === 0) return null;
  return (
    <section class="side" aria-label={text.datasets}>
      <h2>{text.datasets}</h2>
      <ul class="things">
        {inputs.map(({ dataset, tags }, i) => (
          <li key={i}>
            <a href={runHref(run.info, { tab: "datasets" })}>{dataset.name}</a>{" "}
            <span class="mono quiet">{dataset.digest}</span>{" "}
            {byKey(tags)[CONTEXT] && <span class="badge accent">{byKey(tags)[CONTEXT]}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
