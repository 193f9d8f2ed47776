import { expect, test } from "vitest";

import type { LoggedModel, ModelVersion, Run } from "../api/entities";
import { loggedTables, madeModels, modelOf } from "./logged";

function run(tags: Record<string, string>, outputs: { model_id: string; step?: number }[] = []): Run {
  return {
    info: {
      run_id: "r",
      run_name: "n",
      experiment_id: "1",
      status: "FINISHED",
      artifact_uri: "x:/a",
      lifecycle_stage: "active",
    },
    data: { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) },
    outputs: { model_outputs: outputs },
  };
}

const LOGGED: LoggedModel = {
  info: {
    model_id: "m-1",
    experiment_id: "1",
    name: "forest",
    creation_timestamp_ms: 1,
    last_updated_timestamp_ms: 1,
    artifact_uri: "x:/m",
    status: "LOGGED_MODEL_READY",
    model_type: "",
  },
};

const version = (source: string, model_id?: string): ModelVersion => ({
  name: "risk",
  version: "1",
  source,
  ...(model_id !== undefined && { model_id }),
});

test("logged models, those of outputs elsewhere, and those among the artifacts", () => {
  const history = JSON.stringify([
    { artifact_path: "model", flavors: { sklearn: {} } },
    { artifact_path: "model", flavors: { sklearn: {}, python_function: {} } },
    { artifact_path: 3 },
    null,
  ]);
  const versions = [version("models:/m-1"), version("mlflow-artifacts:/1/r/artifacts/model/")];
  const models = madeModels(
    run({ "mlflow.log-model.history": history }, [{ model_id: "m-1", step: 7 }, { model_id: "m-2" }]),
    [LOGGED],
    versions,
  );
  expect(models).toEqual([
    { modelId: "m-1", name: "forest", flavors: [], status: "LOGGED_MODEL_READY", step: 7, versions: [versions[0]] },
    { modelId: "m-2", name: "m-2", flavors: [], versions: [] },
    { name: "model", path: "model", flavors: ["sklearn"], versions: [versions[1]] },
  ]);
});

test.each(["", "nonsense", "{}", "3", "[1, null]"])("a history %j tells of no model", (text) => {
  expect(madeModels(run({ "mlflow.log-model.history": text }), [], [])).toEqual([]);
});

test("the logged model of a version", () => {
  expect(
    [version("models:/m-1"), version("models:/name/1"), version("s3://a", "m-2"), version("", "")].map(modelOf),
  ).toEqual(["m-1", undefined, "m-2", undefined]);
});

test("tables, each once", () => {
  const tables = [
    { path: "a.json", type: "table" },
    { path: "a.json", type: "table" },
    { path: "b", type: "other" },
    3,
  ];
  expect(loggedTables(run({ "mlflow.loggedArtifacts": JSON.stringify(tables) }))).toEqual(["a.json"]);
  expect(loggedTables(run({}))).toEqual([]);
});
