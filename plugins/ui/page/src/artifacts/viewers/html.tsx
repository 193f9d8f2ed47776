import { viewText } from "../../text/artifacts";
import type { ViewedFile } from "../file";
import { fileAddress } from "../source";

/** A document of HTML: in a frame that may do nothing, sent with a policy under which nothing runs or is loaded. */
export default function HtmlViewer({ file }: { file: ViewedFile }) {
  return (
    <>
      <p class="note">{viewText.sandboxed}</p>
      <iframe
        class="document"
        title={viewText.frame(file.name)}
        sandbox=""
        referrerpolicy="no-referrer"
        src={fileAddress(file.source, file.path, { isSandboxed: true })}
      />
    </>
  );
}
