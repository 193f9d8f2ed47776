// What only programs read: how it begins, and how to open it.

import { Code } from "../../parts/copy";
import { binaryText, viewText } from "../../text/artifacts";
import type { ViewedFile } from "../file";
import { endingOf } from "../kinds";
import { fetchCode } from "../source";
import { hexdump } from "./hexdump";
import { Lines } from "./lines";
import { describeNpy } from "./npy";
import { openingOf } from "./opening";

/** Shows the first bytes of a file, and the lines of Python that open one of its kind. */
export default function BytesViewer({ file }: { file: ViewedFile }) {
  const opening = openingOf(file.name);
  const array = endingOf(file.name) === "npy" ? describeNpy(file.head) : undefined;
  return (
    <div class="binary">
      {array && <p class="mono">{array}</p>}
      {opening && (
        <>
          <h3>{binaryText.open}</h3>
          {opening.isProgram && <p class="warn">{binaryText.pickle}</p>}
          <Code text={`${fetchCode(file.source, file.path)}\n${opening.code}`} />
        </>
      )}
      {file.size > file.head.length && <p class="quiet">{binaryText.first(file.head.length, file.size)}</p>}
      <Lines label={`${binaryText.hexdump}: ${viewText.contents(file.name)}`} lines={hexdump(file.head)} hasNoNumbers />
    </div>
  );
}
