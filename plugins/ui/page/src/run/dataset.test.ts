import { expect, test } from "vitest";

import { pretty, readDatasetSource, readFields, readSchema } from "./dataset";

test("the columns of a table", () => {
  const schema = {
    mlflow_colspec: [
      { type: "long", name: "age", required: true },
      { type: "array", items: { type: "string" }, name: "words", required: false },
      { type: "object", properties: { a: { type: "double" } }, name: "o" },
      { type: "string" },
    ],
  };
  expect(readSchema(JSON.stringify(schema))).toEqual([
    { name: "age", type: "long", isOptional: false },
    { name: "words", type: "array(string)", isOptional: true },
    { name: "o", type: "object{a: double}" },
    { name: "3", type: "string" },
  ]);
});

test("the arrays of a dataset with features and targets", () => {
  const features = [{ type: "tensor", "tensor-spec": { dtype: "float64", shape: [-1, 3] } }];
  const schema = (targets: unknown) =>
    JSON.stringify({ mlflow_tensorspec: { features: JSON.stringify(features), targets } });
  expect(readSchema(schema(null))).toEqual([{ name: "0", type: "float64[-1, 3]", part: "features" }]);
  expect(readSchema(schema(JSON.stringify([{ name: "y", type: "tensor" }])))).toHaveLength(2);
  expect(readSchema(schema("nonsense"))).toBeUndefined();
});

test.each([undefined, "", "null", "[]", "nonsense", '{"mlflow_colspec": 3}', '{"mlflow_colspec": [1]}', '{"x": 1}'])(
  "%j is no schema",
  (text) => {
    expect(readSchema(text)).toBeUndefined();
  },
);

test("a profile", () => {
  expect(readFields('{"num_rows": 12345678901, "shape": {"x": [1, 2]}, "note": "n", "none": null}')).toEqual([
    ["num_rows", "12345678901"],
    ["shape", '{"x":[1,2]}'],
    ["note", "n"],
    ["none", "null"],
  ]);
  expect(readFields("12 rows")).toBeUndefined();
});

test.each([
  ['{"url": "https://me:pw@example.org/a.csv"}', "https://me:pw@example.org/a.csv", "https://example.org/a.csv"],
  ['{"uri": "s3://bucket/a"}', "s3://bucket/a", undefined],
  ['{"url": "javascript:alert(1)"}', "javascript:alert(1)", undefined],
  ['{"tags": {}}', undefined, undefined],
  ["", undefined, undefined],
])("the source %s", (source, place, link) => {
  expect(readDatasetSource({ source })).toMatchObject({ place, link });
});

test("clients fetch what has an address", () => {
  const sources = [
    '{"uri": "s3://b/a"}',
    '{"url": "http://x.org"}',
    '{"path": "a", "config_name": "b"}',
    '{"tags": {}}',
  ];
  expect(sources.map((source) => readDatasetSource({ source }).isLoadable)).toEqual([true, true, false, false]);
});

test("only what is JSON gets line breaks", () => {
  expect(pretty('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(["3", "a b", "{"].map(pretty)).toEqual(["3", "a b", "{"]);
});
