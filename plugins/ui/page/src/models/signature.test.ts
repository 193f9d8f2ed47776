import { expect, test } from "vitest";

import { readSignature } from "./signature";

test("columns, tensors, nested types and params", () => {
  const signature = readSignature({
    signature: {
      inputs: JSON.stringify([
        { type: "double", name: "age", required: true },
        { type: "string", name: "city", required: false },
        { type: "array", items: { type: "long" }, name: "ids", required: true },
        {
          type: "object",
          name: "address",
          properties: { zip: { type: "string", required: true }, floor: { type: "long", required: false } },
        },
      ]),
      outputs: JSON.stringify([{ type: "tensor", "tensor-spec": { dtype: "float32", shape: [-1, 10] } }]),
      params: JSON.stringify([{ name: "temperature", type: "double", default: 0.5, shape: null }]),
    },
  });
  expect([...signature.inputs]).toEqual([
    ["age", "double"],
    ["city", "string (optional)"],
    ["ids", "array of long"],
    ["address", "{zip: string, floor: long (optional)}"],
  ]);
  expect([...signature.outputs]).toEqual([["0", "tensor of float32 (-1, 10)"]]);
  expect([...signature.params]).toEqual([["temperature", "double = 0.5"]]);
});

test.each([null, undefined, "text", {}, { signature: null }, { signature: { inputs: "[", outputs: null } }])(
  "%j has no signature",
  (file) => {
    const { inputs, outputs, params } = readSignature(file);
    expect([inputs.size, outputs.size, params.size]).toEqual([0, 0, 0]);
  },
);
