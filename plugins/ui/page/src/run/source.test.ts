import { expect, test } from "vitest";

import { baseName, commandOf, commitAddress, readSource, webAddress } from "./source";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

test("where a run came from is read from its tags", () => {
  const tags = {
    "mlflow.source.name": "train.py",
    "mlflow.source.type": "LOCAL",
    "mlflow.source.git.commit": COMMIT,
    "mlflow.source.git.dirty": "True",
    "mlflow.source.git.repoURL": "https://me:secret@example.org/a.git",
  };
  expect(readSource(tags)).toEqual({
    name: "train.py",
    type: "LOCAL",
    commit: COMMIT,
    repository: "https://example.org/a.git",
    isDirty: true,
  });
});

test("a run without tags came from nowhere", () => {
  expect(readSource({})).toEqual({ isDirty: false });
});

test.each([
  ["https://github.com/acme/risk.git", `https://github.com/acme/risk/commit/${COMMIT}`],
  ["https://github.com/acme/risk/", `https://github.com/acme/risk/commit/${COMMIT}`],
  ["https://me:secret@gitlab.example.org/a/b/c.git", `https://gitlab.example.org/a/b/c/-/commit/${COMMIT}`],
  ["http://bitbucket.org/a/b", `http://bitbucket.org/a/b/commits/${COMMIT}`],
  ["https://example.org/a/b", undefined],
  ["https://evil-github.com/a/b", undefined],
  ["git@github.com:acme/risk.git", undefined],
  ["javascript:alert(1)//github.com/", undefined],
  ["https://", undefined],
])("a commit in %s is shown at %s", (repository, address) => {
  expect(commitAddress(repository, COMMIT)).toBe(address);
});

test("a commit that is none is no link", () => {
  expect(commitAddress("https://github.com/acme/risk", "../../evil")).toBeUndefined();
});

test.each(["javascript:alert(1)", "data:text/html,x", " https://x.org", "file:///etc/passwd", "x"])(
  "%s is no address of the web",
  (text) => {
    expect(webAddress(text)).toBeUndefined();
  },
);

test("a project runs again with its code and params, quoted for a shell", () => {
  const source = {
    name: "https://example.org/p.git",
    type: "PROJECT",
    commit: COMMIT,
    entryPoint: "train it",
    isDirty: false,
  };
  const params = [{ key: "note", value: "it's; rm -rf /" }];
  expect(commandOf(source, params)).toBe(
    `runyard run https://example.org/p.git -v ${COMMIT} -e 'train it' -P 'note=it'"'"'s; rm -rf /'`,
  );
  expect(commandOf({ ...source, name: "/home/me/p", entryPoint: "main" }, [])).toBe("runyard run /home/me/p");
  expect(commandOf({ ...source, type: "LOCAL" }, [])).toBeUndefined();
});

test("the last part of a path", () => {
  expect(["a/b/c.py", "C:\\x\\y.ipynb", "a/b/", "x"].map(baseName)).toEqual(["c.py", "y.ipynb", "b", "x"]);
});
