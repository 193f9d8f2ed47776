// The cells of a notebook of Jupyter: https://nbformat.readthedocs.io/

import { notebookText, viewText } from "../../text/artifacts";

/** What a cell gave. */
export type Output =
  | { kind: "text"; text: string; isError: boolean }
  /** As a `data:` address. */
  | { kind: "image"; address: string }
  | { kind: "markdown"; text: string }
  /** HTML, which is not shown, and the text that stands for it. */
  | { kind: "html"; text: string };

/** A cell. */
export interface NotebookCell {
  kind: "markdown" | "code" | "raw";
  source: string;
  /** The number that it ran as; empty if it did not. */
  count: string;
  outputs: Output[];
}

/** A notebook. */
export interface Notebook {
  language: string;
  cells: NotebookCell[];
}

type Fields = Record<string, unknown>;

/** Return the notebook that a text is. Throws what says why it is none. */
export function parseNotebook(text: string): Notebook {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(viewText.notParsed(viewText.kinds.notebook, why), { cause: error });
  }
  const notebook = fieldsOf(whole);
  if (notebook["nbformat"] !== 4 || !Array.isArray(notebook["cells"])) {
    throw new Error(viewText.notParsed(viewText.kinds.notebook, notebookText.version));
  }
  const metadata = fieldsOf(notebook["metadata"]);
  const language = fieldsOf(metadata["language_info"])["name"] ?? fieldsOf(metadata["kernelspec"])["language"];
  return { language: typeof language === "string" ? language : "python", cells: notebook["cells"].map(toCell) };
}

function toCell(value: unknown): NotebookCell {
  const cell = fieldsOf(value);
  const kind = cell["cell_type"] === "markdown" || cell["cell_type"] === "code" ? cell["cell_type"] : "raw";
  const outputs = Array.isArray(cell["outputs"]) ? cell["outputs"].flatMap(toOutput) : [];
  const count = typeof cell["execution_count"] === "number" ? String(cell["execution_count"]) : "";
  return { kind, source: textOf(cell["source"]), count, outputs };
}

function toOutput(value: unknown): Output[] {
  const output = fieldsOf(value);
  if (output["output_type"] === "stream") {
    return [{ kind: "text", text: plain(textOf(output["text"])), isError: output["name"] === "stderr" }];
  }
  if (output["output_type"] === "error") {
    const traceback = Array.isArray(output["traceback"]) ? output["traceback"].map(textOf).join("\n") : "";
    const text = traceback || `${textOf(output["ename"])}: ${textOf(output["evalue"])}`;
    return [{ kind: "text", text: plain(text), isError: true }];
  }
  const data = fieldsOf(output["data"]);
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/webp"]) {
    if (type in data)
      return [{ kind: "image", address: `data:${type};base64,${textOf(data[type]).replace(/\s/g, "")}` }];
  }
  if ("image/svg+xml" in data) {
    return [{ kind: "image", address: `data:image/svg+xml,${encodeURIComponent(textOf(data["image/svg+xml"]))}` }];
  }
  if ("text/markdown" in data) return [{ kind: "markdown", text: textOf(data["text/markdown"]) }];
  const text = textOf(data["text/plain"]);
  if ("text/html" in data) return [{ kind: "html", text }];
  return text ? [{ kind: "text", text: plain(text), isError: false }] : [];
}

/** Return a text without the signs that colour it in a terminal. */
export function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  return text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "");
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join("");
  return typeof value === "string" ? value : "";
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
