// Whose artifacts are shown, and how each of them is listed, fetched and named.

import { address, get } from "../api/client";
import type { FileInfo } from "../api/entities";

/** Whose artifacts. */
export type Source =
  | { kind: "run"; runId: string; artifactUri: string }
  | { kind: "model"; modelId: string }
  | { kind: "version"; name: string; version: string };

/** A file or a folder. */
export interface Entry {
  /** From the root of the source. */
  path: string;
  name: string;
  isFolder: boolean;
  /** In bytes; absent for folders and where the store does not tell. */
  size?: number;
}

/** What is directly in a folder. */
export interface Listing {
  /** Where the artifacts of the source are stored. */
  rootUri: string;
  entries: readonly Entry[];
}

interface ListReply {
  root_uri?: string;
  files?: FileInfo[];
}

const ROOT = new URL("./", document.baseURI);
const byName = new Intl.Collator("en", { numeric: true });

/** Return what tells a source from others. */
export function keyOf(source: Source): string {
  return JSON.stringify(source);
}

/** List a folder; the root is the empty path. Throws `ApiError`. */
export async function listFolder(source: Source, path: string, signal?: AbortSignal): Promise<Listing> {
  const options = signal ? { signal } : {};
  const reply = await (() => {
    if (source.kind === "run") {
      return get<ListReply>("2.0/mlflow/artifacts/list", { run_id: source.runId, path: path || undefined }, options);
    }
    if (source.kind === "model") {
      const route = `2.0/mlflow/logged-models/${encodeURIComponent(source.modelId)}/artifacts/directories`;
      return get<ListReply>(route, { artifact_directory_path: path || undefined }, options);
    }
    const { name, version } = source;
    return get<ListReply>("2.0/runyard/model-versions/artifacts", { name, version, path: path || undefined }, options);
  })();
  return { rootUri: reply.root_uri ?? "", entries: sortEntries((reply.files ?? []).map(toEntry)) };
}

/** Return the address of the bytes of a file; a sandboxed document of HTML is for a frame, all else to be fetched. */
export function fileAddress(source: Source, path: string, { isSandboxed = false } = {}): string {
  const more = isSandboxed ? { sandboxed: true } : {};
  if (source.kind === "run") return address("get-artifact", { run_id: source.runId, path, ...more }, ROOT);
  if (source.kind === "model") {
    const route = `2.0/mlflow/logged-models/${encodeURIComponent(source.modelId)}/artifacts/files`;
    return address(route, { artifact_file_path: path, ...more });
  }
  const { name, version } = source;
  return address("model-versions/get-artifact", { name, version, path, ...more }, ROOT);
}

/** Return the address that clients know an artifact by. */
export function uriOf(source: Source, path: string): string {
  const below = path && `/${path}`;
  if (source.kind === "run") return `runs:/${source.runId}${below}`;
  if (source.kind === "model") return `models:/${source.modelId}${below}`;
  return `models:/${source.name}/${source.version}${below}`;
}

/** Return the lines of Python that fetch a file or a folder. */
export function fetchCode(source: Source, path: string): string {
  return `import runyard\n\npath = runyard.artifacts.download_artifacts(${quote(uriOf(source, path))})`;
}

/** Return a text as Python writes it. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** Return the folder that a path is in; that of a name is the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** Return the last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Return the folders that a path is below, from the root on: of `a/b/c` they are ``, `a` and `a/b`. */
export function foldersAbove(path: string): string[] {
  const parts = path.split("/");
  return path ? parts.map((_, i) => parts.slice(0, i).join("/")) : [];
}

/** Put folders first, and numbers in names in their order. */
export function sortEntries(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || byName.compare(a.name, b.name));
}

function toEntry(file: FileInfo): Entry {
  const { path, is_dir: isFolder = false, file_size: size } = file;
  return { path, name: nameOf(path), isFolder, ...(!isFolder && size !== undefined && { size }) };
}
