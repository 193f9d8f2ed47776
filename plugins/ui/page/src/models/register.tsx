// The dialog that makes a version of a registered model from what a run made.

import { useId, useState } from "preact/hooks";

import { ApiError } from "../api/client";
import type { LoggedModel } from "../api/entities";
import { nameHolds } from "../api/filter";
import { createModel, createVersion, searchModels } from "../api/models";
import { fetchModelsOfRun, fetchRun } from "../api/runs";
import { tell } from "../app/notices";
import { useResource } from "../app/resource";
import { go, href } from "../app/router";
import { Dialog } from "../parts/dialog";
import { FormError } from "../parts/name";
import { common } from "../text/common";
import { models as text } from "../text/models";

interface Choice {
  /** What the server is told: `models:/<id>` or `runs:/<run>/<path>`. */
  source: string;
  modelId?: string;
  label: string;
}

/**
 * Asks which registered model a model of a run becomes a version of.
 *
 * Without `modelId` and `path` it offers the models that the run logged, or asks for a folder of its artifacts.
 */
export function RegisterDialog(props: {
  runId: string;
  modelId?: string | undefined;
  path?: string | undefined;
  onClose: () => void;
}) {
  const { runId, modelId, path, onClose } = props;
  const [name, setName] = useState("");
  const [source, setSource] = useState("");
  const [folder, setFolder] = useState(path ?? "");
  const [error, setError] = useState("");
  const [isSaving, setSaving] = useState(false);
  const list = useId();
  const hint = useId();

  const offered = useResource(`${runId} ${modelId ?? ""} ${path ?? ""}`, (signal) =>
    modelId === undefined && path === undefined ? modelsOf(runId, signal) : Promise.resolve([]),
  );
  const known = useResource(name, async (signal) => {
    const asked = { filter: nameHolds(name), order_by: ["name ASC"], max_results: 20 };
    return (await searchModels(asked, { signal })).models.map((model) => model.name);
  });
  const choices: Choice[] = (offered.value ?? []).map(({ info }) => ({
    source: `models:/${info.model_id}`,
    modelId: info.model_id,
    label: `${info.name} (${info.model_id})`,
  }));
  const needsFolder = modelId === undefined && path === undefined && offered.value !== undefined && !choices.length;
  const chosen: Choice | undefined =
    modelId !== undefined
      ? { source: `models:/${modelId}`, modelId, label: modelId }
      : path !== undefined || needsFolder
        ? { source: `runs:/${runId}/${folder.replace(/^\/+|\/+$/g, "")}`, label: folder }
        : (choices.find((choice) => choice.source === source) ?? choices[0]);

  const isKnown = known.value?.includes(name);
  const save = async () => {
    if (!chosen) return;
    setSaving(true);
    try {
      if (!isKnown) await makeIfMissing(name);
      const version = await createVersion({
        name,
        source: chosen.source,
        run_id: runId,
        ...(chosen.modelId !== undefined && { model_id: chosen.modelId }),
      });
      onClose();
      tell(text.registered(name, version.version), {
        label: text.show,
        call: () => go(href(["models", name, "versions", version.version])),
      });
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setSaving(false);
    }
  };
  return (
    <Dialog title={text.register} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {choices.length > 1 && (
          <label class="field">
            {text.registerSource}
            <select value={source} onChange={(event) => setSource(event.currentTarget.value)}>
              {choices.map((choice) => (
                <option key={choice.source} value={choice.source}>
                  {choice.label}
                </option>
              ))}
            </select>
          </label>
        )}
        {needsFolder && (
          <label class="field">
            {text.registerPath}
            <input
              required
              value={folder}
              placeholder="model"
              onInput={(event) => setFolder(event.currentTarget.value)}
            />
            <span class="quiet small-text">{text.noModelInRun}</span>
          </label>
        )}
        {!needsFolder && choices.length < 2 && chosen && <p class="quiet mono">{chosen.source}</p>}
        <label class="field">
          {text.registerName}
          <input
            required
            list={list}
            value={name}
            autoComplete="off"
            spellcheck={false}
            aria-describedby={hint}
            aria-invalid={error ? "true" : undefined}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <datalist id={list}>
            {(known.value ?? []).map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
          <span id={hint} class="quiet small-text" role="status">
            {!name || known.isLoading ? text.registerNameHint : isKnown ? text.registerNext(name) : text.registerNew}
          </span>
        </label>
        <FormError text={error || offered.error?.message || ""} />
        <div class="row end">
          <button type="button" onClick={onClose}>
            {common.cancel}
          </button>
          <button class="primary" type="submit" disabled={isSaving || !name.trim() || !chosen}>
            {text.registerAction}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

async function modelsOf(runId: string, signal: AbortSignal): Promise<LoggedModel[]> {
  const run = await fetchRun(runId, { signal });
  return fetchModelsOfRun(runId, run.info.experiment_id, { signal });
}

/** Make a registered model unless there is one of that name. */
async function makeIfMissing(name: string): Promise<void> {
  try {
    await createModel(name);
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "RESOURCE_ALREADY_EXISTS")) throw error;
  }
}
