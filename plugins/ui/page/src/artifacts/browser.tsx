// The artifacts of a run, a logged model or a model version: a tree, and beside it what is chosen in it.

import "./artifacts.css";

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";

import { Empty } from "../parts/empty";
import { Icon } from "../parts/icon";
import { browserText } from "../text/artifacts";
import { Breadcrumb, CopyMenu, Download } from "./actions";
import { FileView } from "./file";
import { type FileRow, FileTree, type Found } from "./files";
import { FolderView } from "./folder";
import { SeriesView } from "./series";
import { formatBytes } from "./size";
import { keyOf, nameOf, type Source } from "./source";
import { Splitter, useKeptWidth } from "./splitter";
import { Tree } from "./tree";
import { Unreachable } from "./unreachable";

/** Shows artifacts; `path` is what is chosen, and empty where nothing is. */
export default function ArtifactBrowser(props: { source: Source; path: string; onPath: (path: string) => void }) {
  const { source, path, onPath } = props;
  const key = keyOf(source);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- `key` says when it is another one
  const tree = useMemo(() => new FileTree(source), [key]);
  const [width, setWidth] = useKeptWidth("runyard.artifacts.width", 290);
  useEffect(() => tree.reveal(path), [tree, path]);

  const found = tree.find(path);
  const isFolder = found.kind === "folder" || (found.kind === "loading" && found.isFolder);
  useEffect(() => {
    if (isFolder) tree.openFolder(path);
  }, [tree, path, isFolder]);

  const root = tree.find("");
  if (root.kind === "failed") {
    return <Unreachable error={root.error} source={source} path="" uri={tree.rootUri} retry={() => tree.reload()} />;
  }
  if (root.kind === "loading") return <p class="quiet artifacts-note">{browserText.loading}</p>;
  const rows = tree.rows.value;
  if (rows.length === 0) {
    return (
      <Empty title={browserText.empty} code={source.kind === "run" ? browserText.emptyRunCode : undefined}>
        {source.kind === "run" && browserText.emptyRun}
      </Empty>
    );
  }
  const choose = (row: FileRow) => {
    if (row.kind === "loading") return;
    if (row.kind === "failed") {
      onPath(row.id.slice(0, -1));
      return;
    }
    if (row.kind === "folder" && row.id === path) tree.toggle(row.id);
    else onPath(row.id);
  };
  return (
    <Room label={browserText.artifacts}>
      <div class="artifacts-tree" style={{ width: `${width}px` }}>
        <Tree
          label={browserText.files}
          rows={rows}
          selected={path}
          onSelect={choose}
          onToggle={(row) => tree.toggle(row.id)}
        >
          {(row) => <Row row={row} />}
        </Tree>
      </div>
      <Splitter label={browserText.resize} width={width} onChange={setWidth} />
      <div class="artifacts-view">
        <header class="artifacts-head">
          <Breadcrumb path={path} onPath={onPath} />
          <div class="row">
            {found.kind === "file" && <Download source={source} path={path} />}
            {found.kind !== "missing" && found.kind !== "series" && <CopyMenu source={source} path={path} />}
            <button
              class="plain"
              aria-label={browserText.refresh}
              title={browserText.refresh}
              onClick={() => tree.reload()}
            >
              <Icon name="refresh" />
            </button>
          </div>
        </header>
        <Chosen found={found} tree={tree} source={source} onPath={onPath} />
      </div>
    </Room>
  );
}

/** As high as the window has room below where it begins: panes scroll in it, each for itself. */
function Room({ label, children }: { label: string; children: ComponentChildren }) {
  const room = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const measure = () => {
      const box = room.current;
      if (!box) return;
      const scrolled = document.getElementById("content")?.scrollTop ?? 0;
      box.style.setProperty("--artifacts-top", `${Math.round(box.getBoundingClientRect().top + scrolled)}px`);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    if (room.current?.parentElement) observer.observe(room.current.parentElement);
    return () => observer.disconnect();
  }, []);
  return (
    <section ref={room} class="artifacts" aria-label={label}>
      {children}
    </section>
  );
}

function Row({ row }: { row: FileRow }) {
  if (row.kind === "loading") return <span class="quiet">{browserText.loading}</span>;
  if (row.kind === "failed") return <span class="tree-failed">{browserText.listFailed}</span>;
  if (row.series) {
    return (
      <>
        <Icon name="grid" />
        <span class="tree-name">{row.series.key}</span>
        <span class="tree-size">{browserText.steps(row.series.images.length)}</span>
      </>
    );
  }
  return (
    <>
      <Icon name={row.kind === "folder" ? "folder" : "file"} />
      <span class="tree-name" title={row.text}>
        {row.text}
      </span>
      {row.entry?.size !== undefined && <span class="tree-size">{formatBytes(row.entry.size)}</span>}
    </>
  );
}

function Chosen(props: { found: Found; tree: FileTree; source: Source; onPath: (path: string) => void }) {
  const { found, tree, source, onPath } = props;
  switch (found.kind) {
    case "loading":
      return <p class="quiet artifacts-note">{browserText.loading}</p>;
    case "missing":
      return (
        <div class="artifacts-note">
          <p>{browserText.missing(nameOf(found.path))}</p>
          <button onClick={() => onPath("")}>{browserText.toRoot}</button>
        </div>
      );
    case "failed":
      return (
        <Unreachable
          error={found.error}
          source={source}
          path={found.path}
          uri={tree.rootUri}
          retry={() => tree.reload()}
        />
      );
    case "series":
      return <SeriesView key={found.chosen} source={source} series={found.series} chosen={found.chosen} />;
    case "file":
      return <FileView key={found.entry.path} source={source} entry={found.entry} />;
    case "folder":
      return <FolderView key={found.path} source={source} path={found.path} folder={found.folder} onPath={onPath} />;
  }
}
