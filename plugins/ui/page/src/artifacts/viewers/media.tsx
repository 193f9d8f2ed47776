import { useState } from "preact/hooks";

import { viewText } from "../../text/artifacts";
import type { ViewedFile } from "../file";

/** Plays sound and video; the browser fetches as much as it plays. */
export default function MediaViewer({ file }: { file: ViewedFile }) {
  const [isBroken, setBroken] = useState(false);
  if (isBroken) return <p class="warn">{viewText.notPlayed}</p>;
  const given = {
    class: "media",
    src: file.url,
    controls: true,
    preload: "metadata",
    "aria-label": file.name,
    onError: () => setBroken(true),
  } as const;
  // What somebody logged has no captions
  // eslint-disable-next-line jsx-a11y/media-has-caption
  return file.recognized.kind === "audio" ? <audio {...given} /> : <video {...given} />;
}
