// Plots as files.

import { download } from "../app/download";
import type { Ink, Size } from "./frame";
import { CanvasPen, type Pen, SvgPen } from "./pen";

export type Draw = (pen: Pen, size: Size, ink: Ink) => void;

/** Pictures are made of so many pixels for one of the page. */
const DENSITY = 2;

/** Keep a drawing as SVG. */
export function saveSvg(name: string, draw: Draw, size: Size, ink: Ink): void {
  const pen = new SvgPen();
  draw(pen, size, ink);
  download(`${name}.svg`, pen.toText(size.width, size.height, ink.ground), "image/svg+xml");
}

/** Keep a drawing as PNG. */
export function savePng(name: string, draw: Draw, size: Size, ink: Ink): void {
  const canvas = document.createElement("canvas");
  canvas.width = size.width * DENSITY;
  canvas.height = size.height * DENSITY;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.scale(DENSITY, DENSITY);
  context.fillStyle = ink.ground;
  context.fillRect(0, 0, size.width, size.height);
  draw(new CanvasPen(context, DENSITY), size, ink);
  canvas.toBlob((blob) => {
    if (blob) download(`${name}.png`, blob, "image/png");
  });
}
