// The state of a tree of files: which folders are open, and what is in those that were listed.

import { computed, type ReadonlySignal, signal } from "@preact/signals";

import { fetchModelsOfRun, fetchRun } from "../api/runs";
import { type Entry, foldersAbove, listFolder, nameOf, parentOf, type Source, sortEntries } from "./source";
import { isSeries, type Series, splitSeries } from "./stepped";
import type { TreeRow } from "./tree";

/** What is known of a folder. */
export interface Folder {
  isLoading: boolean;
  error?: Error;
  /** Its files and folders, without the images of series; absent until it was listed. */
  entries?: readonly Entry[];
  series?: readonly Series[];
  rootUri?: string;
}

/** What a path stands for. */
export type Found =
  | { kind: "folder"; path: string; folder: Folder }
  | { kind: "file"; entry: Entry }
  | { kind: "series"; series: readonly Series[]; chosen: string }
  | { kind: "failed"; error: Error; path: string }
  | { kind: "missing"; path: string }
  | { kind: "loading"; isFolder: boolean };

/** A row of the tree of files. */
export interface FileRow extends TreeRow {
  kind: "folder" | "file" | "series" | "loading" | "failed";
  entry?: Entry;
  series?: Series;
  error?: Error;
}

/** The files of a source, listed as they are asked for. */
export class FileTree {
  private readonly folders = signal<ReadonlyMap<string, Folder>>(new Map());
  private readonly open = signal<ReadonlySet<string>>(new Set());

  /** What the tree shows. */
  readonly rows: ReadonlySignal<readonly FileRow[]> = computed(() => {
    const rows: FileRow[] = [];
    this.addRows(rows, "", 1);
    return rows;
  });

  constructor(private readonly source: Source) {}

  /** Open a folder, or close it. */
  toggle(path: string): void {
    const open = new Set(this.open.value);
    if (open.delete(path)) {
      this.open.value = open;
    } else {
      this.openFolder(path);
    }
  }

  /** Open a folder; it is listed if it was not. */
  openFolder(path: string): void {
    if (!this.open.value.has(path)) this.open.value = new Set([...this.open.value, path]);
    const known = this.folders.value.get(path);
    if (known === undefined || known.error) void this.load(path);
  }

  /** Open all folders above a path. */
  reveal(path: string): void {
    this.openFolder("");
    for (const folder of foldersAbove(path)) this.openFolder(folder);
  }

  /** List all folders again that are open. */
  reload(): void {
    for (const path of this.folders.value.keys()) {
      if (path === "" || this.open.value.has(path)) void this.load(path);
      else this.forget(path);
    }
  }

  /** Return what a path stands for, as far as that is known. */
  find(path: string): Found {
    if (path === "") return this.asFolder(path);
    const above = this.folders.value.get(parentOf(path));
    if (!above || (above.isLoading && !above.entries)) return { kind: "loading", isFolder: false };
    if (above.error) return { kind: "failed", error: above.error, path: parentOf(path) };
    const entry = above.entries?.find((each) => each.path === path);
    if (entry) return entry.isFolder ? this.asFolder(path) : { kind: "file", entry };
    if (isSeries(path) && above.series?.some((series) => series.path === path)) {
      return { kind: "series", series: above.series, chosen: path };
    }
    return above.isLoading ? { kind: "loading", isFolder: false } : { kind: "missing", path };
  }

  /** Return where the artifacts are kept, once that was told. */
  get rootUri(): string | undefined {
    return this.folders.value.get("")?.rootUri;
  }

  private asFolder(path: string): Found {
    const folder = this.folders.value.get(path);
    if (folder?.error) return { kind: "failed", error: folder.error, path };
    return folder?.entries ? { kind: "folder", path, folder } : { kind: "loading", isFolder: true };
  }

  private async load(path: string): Promise<void> {
    const known = this.folders.value.get(path);
    this.set(path, known?.error ? { isLoading: true } : { ...known, isLoading: true });
    try {
      const [listing, models] = await Promise.all([
        listFolder(this.source, path),
        path === "" ? this.models() : Promise.resolve([]),
      ]);
      const names = new Set(listing.entries.map((entry) => entry.name));
      const all = sortEntries([...listing.entries, ...models.filter((model) => !names.has(model.name))]);
      const { series, others } = splitSeries(path, all);
      this.set(path, { isLoading: false, entries: others, series, rootUri: listing.rootUri });
    } catch (error) {
      this.set(path, { isLoading: false, error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  /** Return the logged models of a run as folders: the server answers for paths below their names. */
  private async models(): Promise<Entry[]> {
    if (this.source.kind !== "run") return [];
    const { info } = await fetchRun(this.source.runId);
    const models = await fetchModelsOfRun(info.run_id, info.experiment_id);
    const names = new Set(models.map((model) => model.info.name));
    return [...names].filter((name) => !name.includes("/")).map((name) => ({ path: name, name, isFolder: true }));
  }

  private set(path: string, folder: Folder): void {
    this.folders.value = new Map([...this.folders.value, [path, folder]]);
  }

  private forget(path: string): void {
    this.folders.value = new Map([...this.folders.value].filter(([known]) => known !== path));
  }

  private addRows(rows: FileRow[], path: string, level: number): void {
    const folder = this.folders.value.get(path);
    if (!folder?.entries) {
      if (path !== "") rows.push(noteRow(path, level, folder?.error));
      return;
    }
    const { entries, series = [] } = folder;
    const siblings = entries.length + series.length;
    let position = 0;
    for (const each of series) {
      position += 1;
      rows.push({ id: each.path, level, position, siblings, text: each.key, kind: "series", series: each });
    }
    for (const entry of entries) {
      position += 1;
      const row = { id: entry.path, level, position, siblings, text: entry.name, entry };
      if (!entry.isFolder) {
        rows.push({ ...row, kind: "file" });
        continue;
      }
      const isOpen = this.open.value.has(entry.path);
      rows.push({ ...row, kind: "folder", isOpen });
      if (isOpen) this.addRows(rows, entry.path, level + 1);
    }
  }
}

function noteRow(path: string, level: number, error: Error | undefined): FileRow {
  const row = { id: `${path}/`, level, position: 1, siblings: 1, text: nameOf(path) };
  return error ? { ...row, kind: "failed", error } : { ...row, kind: "loading" };
}
