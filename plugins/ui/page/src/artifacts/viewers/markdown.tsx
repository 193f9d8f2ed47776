import { useResource } from "../../app/resource";
import Markdown from "../../parts/markdown";
import { browserText, viewText } from "../../text/artifacts";
import { fetchText } from "../contents";
import type { ViewedFile } from "../file";
import TextViewer from "./text";

/** Bytes of Markdown that are rendered at most. */
const MOST = 2 << 20;

/** Shows Markdown; as text where it is too long. */
export default function MarkdownViewer({ file }: { file: ViewedFile }) {
  const text = useResource(file.url, (signal) => fetchText(file.url, MOST, signal));
  if (text.error) {
    return (
      <>
        <p class="warn" role="status">
          {text.error.message} {viewText.shownAsText}
        </p>
        <TextViewer file={file} />
      </>
    );
  }
  if (text.value === undefined) return <p class="quiet artifacts-note">{browserText.loading}</p>;
  return (
    <div class="prose" tabIndex={0} role="region" aria-label={viewText.contents(file.name)}>
      <Markdown text={text.value} />
    </div>
  );
}
