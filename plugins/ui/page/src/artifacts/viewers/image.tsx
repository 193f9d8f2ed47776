// Pictures. They are fetched and shown as what their bytes are, whatever their name says; a script in an SVG never runs in
// an <img>, and what it refers to is not loaded.

import { useEffect, useRef, useState } from "preact/hooks";

import { useResource } from "../../app/resource";
import { Failure } from "../../parts/failure";
import { Icon } from "../../parts/icon";
import { browserText, imageText, viewText } from "../../text/artifacts";
import { fetchWhole } from "../contents";
import type { ViewedFile } from "../file";

/** Bytes of a picture at most. */
const MOST = 64 << 20;
const [LEAST_ZOOM, MOST_ZOOM] = [1 / 16, 16];

/** Shows a picture, as large as there is room or as wanted. */
export default function ImageViewer({ file }: { file: ViewedFile }) {
  const mediaType = file.recognized.mediaType ?? "image/svg+xml";
  const bytes = useResource(file.url, (signal) => fetchWhole(file.url, MOST, signal));
  const [address, setAddress] = useState("");
  useEffect(() => {
    if (!bytes.value) return;
    const made = URL.createObjectURL(new Blob([bytes.value], { type: mediaType }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes.value, mediaType]);
  if (bytes.error) return <Failure error={bytes.error} retry={bytes.reload} />;
  if (!address) return <p class="quiet artifacts-note">{browserText.loading}</p>;
  return <Picture address={address} name={file.name} />;
}

function Picture({ address, name }: { address: string; name: string }) {
  const [size, setSize] = useState<{ width: number; height: number }>();
  const [zoom, setZoom] = useState<number>(); // in proportion to its pixels; as large as there is room if absent
  const [isBroken, setBroken] = useState(false);
  const image = useRef<HTMLImageElement>(null);
  if (isBroken) return <p class="warn">{viewText.notAnImage}</p>;

  const shownZoom = () => zoom ?? (image.current && size?.width ? image.current.clientWidth / size.width : 1);
  const change = (factor: number) => setZoom(Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, shownZoom() * factor)));
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "+" || event.key === "=") change(1.5);
    else if (event.key === "-") change(1 / 1.5);
    else if (event.key === "0") setZoom(undefined);
    else if (event.key === "1") setZoom(1);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div class="row image-bar">
        <button class="plain" aria-label={imageText.zoomOut} title={imageText.zoomOut} onClick={() => change(1 / 1.5)}>
          −
        </button>
        <button class="plain" aria-label={imageText.zoomIn} title={imageText.zoomIn} onClick={() => change(1.5)}>
          <Icon name="add" />
        </button>
        <button aria-pressed={zoom === undefined} onClick={() => setZoom(undefined)}>
          {imageText.fit}
        </button>
        <button aria-pressed={zoom === 1} onClick={() => setZoom(1)}>
          {imageText.actual}
        </button>
        <span class="quiet">
          {size && imageText.pixels(size.width, size.height)}
          {zoom !== undefined && ` · ${imageText.zoom(Math.round(zoom * 100))}`}
        </span>
      </div>
      {/* What scrolls is reached by keyboard, and the keys that it hears only save the way to the buttons */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div class="image-area" tabIndex={0} role="region" aria-label={imageText.area(name)} onKeyDown={press}>
        <img
          ref={image}
          class={`${zoom === undefined ? "fit" : ""} ${(zoom ?? 1) > 1.5 ? "pixels" : ""}`}
          src={address}
          alt={name}
          style={zoom === undefined || !size ? {} : { width: `${size.width * zoom}px` }}
          onLoad={({ currentTarget }) =>
            setSize({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
          }
          onError={() => setBroken(true)}
        />
      </div>
    </>
  );
}
