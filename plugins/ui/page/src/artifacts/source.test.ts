import { expect, test } from "vitest";

import { fetchCode, fileAddress, foldersAbove, parentOf, sortEntries, uriOf } from "./source";

const odd = 'a#b/50% what?&x=ü "q".txt';

test("addresses of files hold any name, and the server reads back the same", () => {
  const run = { kind: "run", runId: "ab12", artifactUri: "mlflow-artifacts:/1/ab12/artifacts" } as const;
  const url = new URL(fileAddress(run, odd));
  expect(url.pathname).toMatch(/\/get-artifact$/);
  expect(url.searchParams.get("path")).toBe(odd);
  expect(url.searchParams.get("run_id")).toBe("ab12");
  expect(url.hash).toBe("");
  const model = new URL(fileAddress({ kind: "model", modelId: "m-1" }, odd));
  expect(model.pathname).toMatch(/\/ajax-api\/2\.0\/mlflow\/logged-models\/m-1\/artifacts\/files$/);
  expect(model.searchParams.get("artifact_file_path")).toBe(odd);
  const version = new URL(fileAddress({ kind: "version", name: "a & b", version: "3" }, odd, { isSandboxed: true }));
  expect(version.pathname).toMatch(/\/model-versions\/get-artifact$/);
  expect(Object.fromEntries(version.searchParams)).toEqual({
    name: "a & b",
    version: "3",
    path: odd,
    sandboxed: "true",
  });
});

test("clients know artifacts by addresses, and Python reads them from a line", () => {
  expect(uriOf({ kind: "model", modelId: "m-1" }, "")).toBe("models:/m-1");
  expect(uriOf({ kind: "version", name: "flowers", version: "2" }, "a/b")).toBe("models:/flowers/2/a/b");
  expect(fetchCode({ kind: "run", runId: "ab", artifactUri: "" }, 'a "b"')).toContain('("runs:/ab/a \\"b\\"")');
});

test("paths are taken apart", () => {
  expect(parentOf("a/b/c")).toBe("a/b");
  expect(parentOf("a")).toBe("");
  expect(foldersAbove("a/b/c")).toEqual(["", "a", "a/b"]);
  expect(foldersAbove("")).toEqual([]);
});

test("folders come first, and numbers in their order", () => {
  const entry = (name: string, isFolder = false) => ({ path: name, name, isFolder });
  const names = sortEntries([entry("file 10"), entry("file 9"), entry("z", true)]).map(({ name }) => name);
  expect(names).toEqual(["z", "file 9", "file 10"]);
});
