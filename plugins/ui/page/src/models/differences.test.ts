import { expect, test } from "vitest";

import { compare, type Known } from "./differences";

function known(
  params: Record<string, string>,
  metrics: Record<string, number | "NaN">,
  inputs: [string, string][],
): Known {
  return {
    version: { name: "m", version: "1" },
    run: {
      info: {} as never,
      data: {
        params: Object.entries(params).map(([key, value]) => ({ key, value })),
        metrics: Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp: 0 })),
      },
    },
    signature: { inputs: inputs.map(([name, type]) => ({ name, type, isRequired: true, shape: "" })) },
  };
}

test("what differs is marked, also where one version lacks it", () => {
  const { params, metrics, inputs, outputs } = compare([
    known({ lr: "0.1", same: "x" }, { loss: "NaN" }, [["age", "long"]]),
    known({ lr: "0.2", same: "x", extra: "y" }, { loss: 0.5 }, [["age", "double"]]),
  ]);
  expect(params).toEqual([
    { key: "lr", values: ["0.1", "0.2"], differs: true },
    { key: "same", values: ["x", "x"], differs: false },
    { key: "extra", values: [undefined, "y"], differs: true },
  ]);
  expect(metrics).toEqual([{ key: "loss", values: ["NaN", "0.5"], differs: true }]);
  expect(inputs).toEqual([{ key: "age", values: ["long", "double"], differs: true }]);
  expect(outputs).toEqual([]);
});

test("a version without a run has no params", () => {
  const { params } = compare([known({ lr: "1" }, {}, []), { ...known({}, {}, []), run: undefined }]);
  expect(params).toEqual([{ key: "lr", values: ["1", undefined], differs: true }]);
});
