import { expect, test } from "vitest";

import { readModelInfo, typeName } from "./mlmodel";

const TEXT = `
flavors:
  python_function:
    loader_module: mlflow.sklearn
    python_version: 3.11.7
  sklearn:
    pickled_model: model.skops
    sklearn_version: 1.9.1
mlflow_version: 3.17.2
model_id: m-1
model_size_bytes: 10795
run_id: ab12
runyard_version: 0.1.0
saved_input_example_info:
  artifact_path: input_example.json
  type: dataframe
signature:
  inputs: '[{"type": "double", "name": "a", "required": true}, {"type": "string", "name": "b", "required": false}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 10]}}]'
  params: '[{"name": "t", "default": 1.0, "shape": null, "type": "double"}]'
utc_time_created: '2026-11-21 23:48:07.132951'
`;

test("what an MLmodel file says is read", () => {
  expect(readModelInfo(TEXT)).toEqual({
    flavors: [{ name: "python_function" }, { name: "sklearn", version: "1.9.1" }],
    pythonVersion: "3.11.7",
    size: 10795,
    modelId: "m-1",
    runId: "ab12",
    created: Date.UTC(2026, 10, 21, 23, 48, 7, 132),
    example: "input_example.json",
    savedBy: "runyard 0.1.0",
    signature: {
      inputs: [
        { name: "a", type: "double", isRequired: true, shape: "" },
        { name: "b", type: "string", isRequired: false, shape: "" },
      ],
      outputs: [{ name: "", type: "float32", isRequired: true, shape: "(-1, 10)" }],
      params: [{ name: "t", type: "double", isRequired: true, shape: "", initial: "1" }],
    },
  });
});

test("a file that says little gives little", () => {
  expect(readModelInfo("flavors: {}")).toEqual({ flavors: [], signature: undefined });
  expect(readModelInfo("flavors: {a: null}\nsignature: {inputs: 'no JSON'}").signature).toBeUndefined();
  expect(() => readModelInfo("- 1")).toThrow("it is no mapping");
  expect(() => readModelInfo("a: [")).toThrow();
});

test("nested types are told with their parts", () => {
  const spec = {
    type: "array",
    items: {
      type: "object",
      properties: {
        id: { type: "long", required: true },
        tags: { type: "map", values: { type: "string" }, required: false },
      },
    },
  };
  expect(typeName(spec)).toBe("array of {id: long, tags?: map of string}");
});
