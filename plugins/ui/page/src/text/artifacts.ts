// English text about artifacts.

import { formatBytes } from "../artifacts/size";

const count = (number: number, one: string, many: string) =>
  `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

export const browserText = {
  artifacts: "Artifacts",
  files: "Files and folders",
  root: "All artifacts",
  resize: "Width of the tree",
  refresh: "List again",
  empty: "This has no artifacts yet",
  emptyRun: "Files that a run keeps are logged beside its metrics:",
  emptyRunCode:
    'import runyard\n\nwith runyard.start_run():\n    runyard.log_artifact("plot.png")\n    runyard.log_dict({"depth": 3}, "settings.json")',
  emptyFolder: "This folder is empty.",
  missing: (path: string) => `There is no artifact “${path}”. It may have another name, or be deleted.`,
  toRoot: "Show all artifacts",
  loading: "Loading…",
  listFailed: "This folder cannot be listed",
  download: "Download",
  copy: "Copy",
  copyPath: "Copy path",
  copyUri: "Copy URI",
  copyCode: "Copy Python",
  openFolder: "Fetch this folder with Python",
  entries: (folders: number, files: number) =>
    [folders && count(folders, "folder", "folders"), files && count(files, "file", "files")].filter(Boolean).join(", "),
  steps: (number: number) => count(number, "step", "steps"),
};

export const unreachableText = {
  title: "The server does not serve these artifacts",
  where: (uri: string) => `They are kept at ${uri}, which this server may not read, so the page cannot show them.`,
  client:
    "Fetch them on a machine that has access to that place. Clients go to it directly, with the credentials of that machine:",
  operator:
    "Whoever runs the server can let it read that place: start it with --artifacts-destination, or name the place in RUNYARD_SERVER_ARTIFACT_ROOTS.",
};

export const contentsText = {
  tooLarge: (size: number, most: number) =>
    `The file has ${formatBytes(size)}; up to ${formatBytes(most)} are shown in one piece. Download it to see it whole.`,
  changed: "The file has changed while it was read. Load it again.",
};

export const viewText = {
  modes: {
    rendered: "Rendered",
    table: "Table",
    tree: "Tree",
    text: "Text",
    image: "Image",
    bytes: "Bytes",
  },
  modeLabel: "Show as",
  emptyFile: "This file is empty.",
  claimed: (kind: string) => `Its name says ${kind}, its contents do not.`,
  kinds: {
    audio: "sound",
    binary: "binary data",
    code: "code",
    html: "HTML",
    image: "image",
    json: "JSON",
    lines: "JSON lines",
    markdown: "Markdown",
    notebook: "notebook",
    pdf: "PDF",
    svg: "SVG image",
    table: "table",
    text: "text",
    video: "video",
    yaml: "YAML",
  },
  lines: (number: number) => count(number, "line", "lines"),
  loaded: (loaded: number, total: number) => `The first ${formatBytes(loaded)} of ${formatBytes(total)} are shown.`,
  loadMore: "Load more",
  endOfText: (most: number) => `More than ${formatBytes(most)} are not shown here; download the file.`,
  cutLine: (characters: number) => ` … ${count(characters, "more character", "more characters")}`,
  copyAll: "Copy text",
  contents: (name: string) => `Contents of ${name}`,
  notParsed: (kind: string, why: string) => `This is no valid ${kind}: ${why}`,
  shownAsText: "It is shown as text.",
  sandboxed:
    "Shown in a sandbox: scripts do not run, and nothing is loaded from elsewhere. For an interactive report, download the file and open it.",
  frame: (name: string) => `The document ${name}`,
  notAnImage: "The browser cannot show this image; it may be damaged.",
  notPlayed: "The browser cannot play this file. Download it to open it with another program.",
};

export const tableText = {
  rows: (number: number) => count(number, "row", "rows"),
  columns: (number: number) => count(number, "column", "columns"),
  sort: (column: string) => `Sort by ${column}`,
  row: "Row",
  showRow: (number: number) => `Show row ${number.toLocaleString("en")} whole`,
  ofRow: (number: number) => `Row ${number.toLocaleString("en")}`,
  more: (rows: number, loaded: number, total: number) =>
    `The first ${count(rows, "row", "rows")} are shown: ${formatBytes(loaded)} of ${formatBytes(total)}. Sorting is among them.`,
  problems: (number: number) => count(number, "fault in this table", "faults in this table"),
  fields: (line: number, has: number, wanted: number) =>
    `Line ${line.toLocaleString("en")} has ${count(has, "field", "fields")}; the header has ${wanted}.`,
  openQuote: (line: number) => `The quote that opens in line ${line.toLocaleString("en")} is never closed.`,
  afterQuote: (line: number) => `Line ${line.toLocaleString("en")} has text after a closing quote.`,
  moreProblems: (number: number) => `… and ${number.toLocaleString("en")} more.`,
  image: (column: string, row: number) => `${column}, row ${row.toLocaleString("en")}`,
};

export const imageText = {
  zoomIn: "Larger",
  zoomOut: "Smaller",
  fit: "Fit",
  actual: "100%",
  zoom: (percent: number) => `${percent}%`,
  pixels: (width: number, height: number) => `${width} × ${height}`,
  area: (name: string) => `Image ${name}`,
};

export const seriesText = {
  step: "Step",
  atStep: (step: number) => `step ${step.toLocaleString("en")}`,
  of: (place: number, total: number) => `${place.toLocaleString("en")} of ${total.toLocaleString("en")}`,
  play: "Play",
  pause: "Pause",
  previous: "Previous step",
  next: "Next step",
  keys: "Keys",
  none: "No image up to this step",
  image: (key: string, step: number) => `${key} at step ${step}`,
  size: "Image size",
};

export const pdfText = {
  pages: (number: number) => count(number, "page", "pages"),
  page: (number: number) => `Page ${number}`,
  document: (name: string) => `Pages of ${name}`,
  failed: (why: string) => `This PDF cannot be shown: ${why}`,
  password: "it is protected by a password. Download it to open it.",
};

export const notebookText = {
  cell: (number: string) => `In [${number}]`,
  output: (number: string) => `Out [${number}]`,
  html: "Output as HTML is not shown here.",
  none: "This notebook has no cells.",
  version: "only notebooks of format 4 can be shown; Jupyter updates older ones when it saves them.",
};

export const binaryText = {
  first: (shown: number, total: number) => `The first ${formatBytes(shown)} of ${formatBytes(total)}:`,
  hexdump: "Bytes in hexadecimal",
  open: "Open it with Python:",
  pickle: "A pickle is a program: opening it runs what is in it. Open only what you trust.",
};

export const cardText = {
  title: "Model",
  flavors: "Flavors",
  signature: "Signature",
  inputs: "Inputs",
  outputs: "Outputs",
  params: "Params",
  noSignature: "The model was logged without a signature: what it takes is not checked.",
  column: "Name",
  type: "Type",
  shape: "Shape",
  optional: "optional",
  default: "Default",
  unnamed: "(no name)",
  example: "Input example",
  requirements: "Requirements",
  noRequirements: "No requirements.txt is beside this model.",
  python: "Python",
  size: "Size",
  modelId: "Model ID",
  run: "Made by run",
  created: "Made",
  versions: "Registered as",
  version: (name: string, version: string) => `${name}, version ${version}`,
  notRegistered: "not registered",
  register: "Register",
  load: "Load it",
  serve: "Serve it",
  loadCode: (uri: string) => `import runyard\n\nmodel = runyard.pyfunc.load_model(${uri})\nmodel.predict(data)`,
  serveCode: (uri: string) => `runyard models serve -m ${uri} --port 5001`,
  broken: (why: string) => `Its MLmodel file cannot be read: ${why}`,
};
