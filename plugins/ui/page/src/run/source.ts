// Where a run came from, as its tags tell: program, commit, project. All of it is text that somebody wrote.

export type Tags = Readonly<Record<string, string>>;

/** Where a run came from. */
export interface Source {
  /** A script, a notebook, or the address of a project. */
  name?: string | undefined;
  type?: string | undefined;
  entryPoint?: string | undefined;
  backend?: string | undefined;
  image?: string | undefined;
  branch?: string | undefined;
  commit?: string | undefined;
  /** Whether the working tree had changes that the commit lacks. */
  isDirty: boolean;
  /** Where the repository is, without a user or a password. */
  repository?: string | undefined;
}

/** Return where a run came from. */
export function readSource(tags: Tags): Source {
  const tag = (key: string) => tags[`mlflow.${key}`] || undefined;
  const repository = tag("source.git.repoURL") ?? tag("gitRepoURL");
  return {
    name: tag("source.name"),
    type: tag("source.type"),
    entryPoint: tag("project.entryPoint"),
    backend: tag("project.backend"),
    image: tag("docker.image.uri") ?? tag("docker.image.name"),
    branch: tag("source.git.branch") ?? tag("gitBranch"),
    commit: tag("source.git.commit"),
    isDirty: tag("source.git.dirty")?.toLowerCase() === "true",
    repository: webAddress(repository)?.href ?? repository,
  };
}

/** Return a text as an address to link to, without user and password, if it is one of the web. */
export function webAddress(text: string | undefined): URL | undefined {
  if (text === undefined || !/^https?:\/\//i.test(text)) return undefined;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  url.username = "";
  url.password = "";
  return url;
}

/** Return where a commit is shown; nothing unless the repository is on the web and at a host with a known form. */
export function commitAddress(repository: string | undefined, commit: string | undefined): string | undefined {
  const url = webAddress(repository);
  if (!url || commit === undefined || !/^[0-9a-f]{7,64}$/i.test(commit)) return undefined;
  const forms: readonly [RegExp, string][] = [
    [/(^|\.)github\./i, "/commit/"],
    [/(^|\.)gitlab\./i, "/-/commit/"],
    [/(^|\.)bitbucket\./i, "/commits/"],
    [/(^|\.)codeberg\.org$/i, "/commit/"],
  ];
  const form = forms.find(([host]) => host.test(url.hostname));
  if (!form) return undefined;
  return url.origin + url.pathname.replace(/(\.git)?\/*$/, "") + form[1] + commit;
}

/** Return the command that runs a project again, with the same code and params; nothing for what is no project. */
export function commandOf(source: Source, params: readonly { key: string; value: string }[]): string | undefined {
  if (source.type !== "PROJECT" || source.name === undefined) return undefined;
  const words = ["runyard", "run", source.name];
  if (source.commit !== undefined && /^(https?|ssh|git)[:+@]|\.git/i.test(source.name)) words.push("-v", source.commit);
  if (source.entryPoint !== undefined && source.entryPoint !== "main") words.push("-e", source.entryPoint);
  for (const { key, value } of params) words.push("-P", `${key}=${value}`);
  return words.map(quoted).join(" ");
}

/** Return a word as a POSIX shell reads it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

/** Return the last part of a path. */
export function baseName(path: string): string {
  return (
    path
      .replace(/[/\\]+$/, "")
      .split(/[/\\]/)
      .at(-1) ?? path
  );
}
