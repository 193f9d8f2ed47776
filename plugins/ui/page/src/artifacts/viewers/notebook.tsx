// Notebooks of Jupyter.

import { useResource } from "../../app/resource";
import Markdown from "../../parts/markdown";
import { browserText, notebookText, viewText } from "../../text/artifacts";
import { fetchText } from "../contents";
import type { ViewedFile } from "../file";
import { type NotebookCell, type Output, parseNotebook } from "./cells";
import TextViewer, { CodeBlock } from "./text";

/** Bytes of a notebook that are shown at most. */
const MOST = 32 << 20;

/** Shows a notebook; as text where it is too large, or none. */
export default function NotebookViewer({ file }: { file: ViewedFile }) {
  const notebook = useResource(file.url, async (signal) => parseNotebook(await fetchText(file.url, MOST, signal)));
  if (notebook.error) {
    return (
      <>
        <p class="warn" role="status">
          {notebook.error.message} {viewText.shownAsText}
        </p>
        <TextViewer file={file} />
      </>
    );
  }
  if (!notebook.value) return <p class="quiet artifacts-note">{browserText.loading}</p>;
  const { cells, language } = notebook.value;
  return (
    <div class="prose notebook" tabIndex={0} role="region" aria-label={viewText.contents(file.name)}>
      {cells.length === 0 && <p class="quiet">{notebookText.none}</p>}
      {cells.map((cell, i) => (
        <Cell key={i} cell={cell} language={language} />
      ))}
    </div>
  );
}

function Cell({ cell, language }: { cell: NotebookCell; language: string }) {
  if (cell.kind === "markdown") return <Markdown text={cell.source} />;
  const label = notebookText.cell(cell.count || " ");
  return (
    <div class="cell">
      <CodeBlock text={cell.source} language={cell.kind === "code" ? language : undefined} label={label} />
      {cell.outputs.map((output, i) => (
        <OutputView key={i} output={output} label={notebookText.output(cell.count || " ")} />
      ))}
    </div>
  );
}

function OutputView({ output, label }: { output: Output; label: string }) {
  if (output.kind === "image") return <img src={output.address} alt={label} />;
  if (output.kind === "markdown") return <Markdown text={output.text} />;
  return (
    <>
      {output.text && (
        <pre
          class={output.kind === "text" && output.isError ? "output output-error" : "output"}
          tabIndex={0}
          role="region"
          aria-label={label}
        >
          {output.text}
        </pre>
      )}
      {output.kind === "html" && <p class="quiet">{notebookText.html}</p>}
    </>
  );
}
