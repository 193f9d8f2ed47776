// A file, shown as what it is.

import "./viewers/viewers.css";

import type { ComponentType } from "preact";
import { lazy, Suspense } from "preact/compat";
import { useState } from "preact/hooks";

import { useResource } from "../app/resource";
import { browserText, viewText } from "../text/artifacts";
import { fetchPortion, type Portion } from "./contents";
import { type Recognized, recognize } from "./kinds";
import { type Mode, modesOf } from "./modes";
import { formatBytes } from "./size";
import { type Entry, fileAddress, type Source } from "./source";
import { Unreachable } from "./unreachable";

/** How many bytes tell what a file is. */
const HEAD = 4096;

const NOTHING: Portion = { bytes: new Uint8Array(), total: 0, etag: "" };

/** What a viewer is given. */
export interface ViewedFile {
  source: Source;
  path: string;
  name: string;
  url: string;
  /** In bytes. */
  size: number;
  /** The first bytes. */
  head: Uint8Array;
  recognized: Recognized;
}

/** A viewer; each is a chunk of its own. */
export type Viewer = ComponentType<{ file: ViewedFile }>;

const BytesViewer = lazy(() => import("./viewers/binary"));
const TextViewer = lazy(() => import("./viewers/text"));
const TreeViewer = lazy(() => import("./viewers/data"));
const TableViewer = lazy(() => import("./viewers/table"));
const ImageViewer = lazy(() => import("./viewers/image"));
const RENDERED: Partial<Record<Recognized["kind"], Viewer>> = {
  audio: lazy(() => import("./viewers/media")),
  html: lazy(() => import("./viewers/html")),
  markdown: lazy(() => import("./viewers/markdown")),
  notebook: lazy(() => import("./viewers/notebook")),
  pdf: lazy(() => import("./viewers/pdf")),
};

/** Shows a file, in one of the ways that it can be shown. */
export function FileView({ source, entry }: { source: Source; entry: Entry }) {
  const url = fileAddress(source, entry.path);
  const [chosen, setChosen] = useState<Mode>();
  const head = useResource(`${url} ${entry.size ?? ""}`, (signal) =>
    entry.size === 0 ? Promise.resolve(NOTHING) : fetchPortion(url, 0, HEAD, signal),
  );
  if (head.error) return <Unreachable error={head.error} source={source} path={entry.path} retry={head.reload} />;
  if (!head.value) return <p class="quiet artifacts-note">{browserText.loading}</p>;

  const { bytes, total } = head.value;
  const recognized = recognize(entry.name, bytes);
  const modes = modesOf(recognized.kind, bytes);
  const mode = chosen !== undefined && modes.includes(chosen) ? chosen : modes[0];
  const file = { source, path: entry.path, name: entry.name, url, size: total, head: bytes, recognized };
  const View = viewerOf(recognized.kind, mode);
  return (
    <article class="file" aria-label={entry.name}>
      <div class="file-bar">
        <span class="quiet">
          {viewText.kinds[recognized.kind]} · {formatBytes(total)}
        </span>
        {recognized.claimed && <span class="file-claimed">{viewText.claimed(viewText.kinds[recognized.claimed])}</span>}
        {total > 0 && modes.length > 1 && (
          <div class="segments" role="group" aria-label={viewText.modeLabel}>
            {modes.map((each) => (
              <button key={each} aria-pressed={each === mode} onClick={() => setChosen(each)}>
                {viewText.modes[each]}
              </button>
            ))}
          </div>
        )}
      </div>
      {total === 0 ? (
        <p class="artifacts-note">{viewText.emptyFile}</p>
      ) : (
        <Suspense fallback={<p class="quiet artifacts-note">{browserText.loading}</p>}>
          <View key={`${mode ?? ""} ${head.value.etag}`} file={file} />
        </Suspense>
      )}
    </article>
  );
}

function viewerOf(kind: Recognized["kind"], mode: Mode | undefined): Viewer {
  if (mode === "text") return TextViewer;
  if (mode === "tree") return TreeViewer;
  if (mode === "table") return TableViewer;
  if (mode === "image") return ImageViewer;
  return (mode === "rendered" && RENDERED[kind === "video" ? "audio" : kind]) || BytesViewer;
}
