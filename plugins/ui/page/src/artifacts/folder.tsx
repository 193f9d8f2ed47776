import { lazy, Suspense } from "preact/compat";

import { Code } from "../parts/copy";
import { browserText } from "../text/artifacts";
import type { Folder } from "./files";
import { SeriesView } from "./series";
import { formatBytes } from "./size";
import { fetchCode, type Source } from "./source";

const ModelCard = lazy(() => import("./model/card"));

/** Shows a folder: a model as its card, images of steps with a slider, and how to fetch it. */
export function FolderView(props: { source: Source; path: string; folder: Folder; onPath: (path: string) => void }) {
  const { source, path, folder } = props;
  const { entries = [], series = [] } = folder;
  const isModel = entries.some((entry) => entry.name === "MLmodel" && !entry.isFolder);
  if (isModel) {
    return (
      <Suspense fallback={<p class="quiet artifacts-note">{browserText.loading}</p>}>
        <ModelCard source={source} path={path} entries={entries} onPath={props.onPath} />
      </Suspense>
    );
  }
  if (series.length) return <SeriesView source={source} series={series} />;
  const files = entries.filter((entry) => !entry.isFolder);
  const size = files.reduce((sum, file) => sum + (file.size ?? 0), 0);
  return (
    <div class="artifacts-note">
      <p>
        {entries.length ? browserText.entries(entries.length - files.length, files.length) : browserText.emptyFolder}
        {size > 0 && <span class="quiet"> · {formatBytes(size)}</span>}
      </p>
      <h3>{browserText.openFolder}</h3>
      <Code text={fetchCode(source, path)} />
    </div>
  );
}
