// Tables: CSV and TSV as far as they are fetched, and JSON that holds a table.

import { useMemo } from "preact/hooks";

import { useResource } from "../../app/resource";
import { Failure } from "../../parts/failure";
import { browserText, tableText, viewText } from "../../text/artifacts";
import { fetchText } from "../contents";
import type { ViewedFile } from "../file";
import { fileAddress } from "../source";
import { parseTable } from "./csv";
import TreeViewer from "./data";
import { type Frame, frameOf } from "./frames";
import { Grid } from "./grid";
import { MoreText, useGrowingText } from "./growing";
import { parseData } from "./values";

/** Bytes of JSON that are read at most. */
const MOST = 32 << 20;

/** Shows a file as a table. */
export default function TableViewer({ file }: { file: ViewedFile }) {
  return file.recognized.kind === "table" ? <TextTable file={file} /> : <DataTable file={file} />;
}

function TextTable({ file }: { file: ViewedFile }) {
  const growing = useGrowingText(file.url);
  const { text, isComplete, loaded, total } = growing;
  const table = useMemo(() => parseTable(text, isComplete), [text, isComplete]);
  if (growing.error && !loaded) return <Failure error={growing.error} retry={growing.more} />;
  if (!loaded) return <p class="quiet artifacts-note">{browserText.loading}</p>;
  const { header, rows, problems, faults } = table;
  return (
    <>
      {growing.error && <Failure error={growing.error} retry={growing.more} />}
      <MoreText growing={growing} text={tableText.more(rows.length, loaded, total)} />
      {faults > 0 && (
        <details class="warn">
          <summary>{tableText.problems(faults)}</summary>
          <ul>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
            {faults > problems.length && <li>{tableText.moreProblems(faults - problems.length)}</li>}
          </ul>
        </details>
      )}
      <Shown file={file} frame={{ columns: header, rows }} />
    </>
  );
}

function DataTable({ file }: { file: ViewedFile }) {
  const data = useResource(
    file.url,
    async (signal) => frameOf(await parseData(file.recognized.kind, await fetchText(file.url, MOST, signal))) ?? null,
  );
  if (data.error || data.value === null) return <TreeViewer file={file} />;
  if (!data.value) return <p class="quiet artifacts-note">{browserText.loading}</p>;
  return <Shown file={file} frame={data.value} />;
}

function Shown({ file, frame }: { file: ViewedFile; frame: Frame }) {
  return (
    <>
      <Grid
        label={viewText.contents(file.name)}
        frame={frame}
        image={(path, label) => <img src={fileAddress(file.source, path)} alt={label} loading="lazy" />}
      />
      <footer class="file-foot">
        <span class="quiet">
          {tableText.rows(frame.rows.length)}, {tableText.columns(frame.columns.length)}
        </span>
      </footer>
    </>
  );
}
