// PDF: pages drawn on canvases, with their text above them to be selected and read out. What a PDF could run is not run.

import "./pdf.css";

import { useEffect, useRef, useState } from "preact/hooks";
import {
  getDocument,
  GlobalWorkerOptions,
  type PDFDocumentProxy,
  type PDFPageProxy,
  TextLayer,
  VerbosityLevel,
} from "pdfjs-dist";
import worker from "pdfjs-dist/build/pdf.worker.min.mjs?url";

import { useResource } from "../../app/resource";
import { browserText, imageText, pdfText } from "../../text/artifacts";
import type { ViewedFile } from "../file";

GlobalWorkerOptions.workerSrc = new URL(worker, document.baseURI).href;

const [LEAST_SCALE, MOST_SCALE] = [0.25, 4];

/** Shows a PDF; of a long one the pages in sight are fetched and drawn. */
export default function PdfViewer({ file }: { file: ViewedFile }) {
  const [scale, setScale] = useState(1.25);
  const opened = useResource(file.url, (signal) => open(file.url, signal));
  const pdf = opened.value;
  useEffect(() => () => void pdf?.loadingTask.destroy(), [pdf]);
  if (opened.error) {
    const why = opened.error.name === "PasswordException" ? pdfText.password : opened.error.message;
    return <p class="warn">{pdfText.failed(why)}</p>;
  }
  if (!pdf) return <p class="quiet artifacts-note">{browserText.loading}</p>;
  const change = (factor: number) => setScale(Math.min(MOST_SCALE, Math.max(LEAST_SCALE, scale * factor)));
  return (
    <>
      <div class="row image-bar">
        <button class="plain" aria-label={imageText.zoomOut} title={imageText.zoomOut} onClick={() => change(0.8)}>
          −
        </button>
        <button class="plain" aria-label={imageText.zoomIn} title={imageText.zoomIn} onClick={() => change(1.25)}>
          +
        </button>
        <span class="quiet">
          {pdfText.pages(pdf.numPages)} · {imageText.zoom(Math.round(scale * 100))}
        </span>
      </div>
      <div class="pdf" tabIndex={0} role="region" aria-label={pdfText.document(file.name)}>
        {Array.from({ length: pdf.numPages }, (_, i) => (
          <Page key={i} pdf={pdf} number={i + 1} scale={scale} />
        ))}
      </div>
    </>
  );
}

async function open(url: string, signal: AbortSignal): Promise<PDFDocumentProxy> {
  const task = getDocument({
    url,
    isEvalSupported: false, // the page's policy allows neither
    useWasm: false,
    enableXfa: false,
    disableAutoFetch: true,
    verbosity: VerbosityLevel.ERRORS, // what is wrong with somebody's file is told where it is shown
  });
  signal.addEventListener("abort", () => void task.destroy());
  return task.promise;
}

function Page({ pdf, number, scale }: { pdf: PDFDocumentProxy; number: number; scale: number }) {
  const box = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(number === 1);
  const [size, setSize] = useState({ width: 595, height: 842 }); // A4 until it is known
  useEffect(() => {
    const shown = box.current;
    if (!shown) return;
    const observer = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting ?? false), {
      root: shown.parentElement,
      rootMargin: "100%",
    });
    observer.observe(shown);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const shown = box.current;
    if (!isNear || !shown) return;
    let stop = () => {};
    let isWanted = true;
    void pdf.getPage(number).then((page) => {
      if (!isWanted) return;
      const { width, height } = page.getViewport({ scale: 1 });
      setSize((old) => (old.width === width && old.height === height ? old : { width, height }));
      stop = draw(page, scale, shown);
    });
    return () => {
      isWanted = false;
      stop();
      shown.replaceChildren();
    };
  }, [pdf, number, scale, isNear]);
  return (
    <div
      ref={box}
      class="pdf-page"
      role="group"
      aria-label={pdfText.page(number)}
      style={{ width: `${size.width * scale}px`, height: `${size.height * scale}px`, "--total-scale-factor": scale }}
    />
  );
}

/** Draw a page into an element; return what stops it. */
function draw(page: PDFPageProxy, scale: number, into: HTMLElement): () => void {
  const viewport = page.getViewport({ scale });
  const sharp = page.getViewport({ scale: scale * window.devicePixelRatio });
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(sharp.width);
  canvas.height = Math.floor(sharp.height);
  const words = document.createElement("div");
  words.className = "pdf-text";
  into.replaceChildren(canvas, words);
  const drawing = page.render({ canvas, viewport: sharp });
  const text = new TextLayer({ textContentSource: page.streamTextContent(), container: words, viewport });
  const ignoreStop = () => {
    // it was stopped: another page is in sight
  };
  drawing.promise.catch(ignoreStop);
  text.render().catch(ignoreStop);
  return () => {
    drawing.cancel();
    text.cancel();
  };
}
