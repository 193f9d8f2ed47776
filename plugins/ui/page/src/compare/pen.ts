// What plots are drawn with: the same drawing goes to a canvas, or into the text of an SVG.

export interface TextStyle {
  color: string;
  size?: number;
  align?: "start" | "middle" | "end";
  bold?: boolean;
  /** Turned by a quarter, so that it is read upwards. */
  isUpright?: boolean;
  /** Drawn below the text, so that it is read over lines. */
  halo?: string;
}

export interface ShapeStyle {
  fill?: string;
  stroke?: string;
  width?: number;
  /** From 0 to 1. */
  alpha?: number;
}

export interface Pen {
  /** Draw a line through points, given as x, y, x, y, ... */
  line(points: ArrayLike<number>, stroke: string, width?: number, alpha?: number, dash?: readonly number[]): void;
  /** Draw lines that are not connected, given as x1, y1, x2, y2, ... */
  segments(points: ArrayLike<number>, stroke: string, width?: number, alpha?: number): void;
  circle(x: number, y: number, radius: number, style: ShapeStyle): void;
  rect(x: number, y: number, width: number, height: number, style: ShapeStyle): void;
  /** Fill polygons as one shape, so that no seams show where they touch. */
  polygons(polygons: readonly ArrayLike<number>[], style: ShapeStyle): void;
  /** Write a text; y is its middle. */
  text(x: number, y: number, text: string, style: TextStyle): void;
}

/** The width of lines as thin as a screen has them. Browsers draw these some twenty times faster than any wider ones. */
export const HAIRLINE = 0;

export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const SIZE = 11;

/** Return about how wide a text is, in pixels; the same for a canvas and for an SVG. */
export function textWidth(text: string, size = SIZE): number {
  return text.length * size * 0.57;
}

/** Return a text that is cut to a width, with an ellipsis. */
export function fit(text: string, width: number, size = SIZE): string {
  const most = Math.max(1, Math.floor(width / (size * 0.57)));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Draws on a canvas. */
export class CanvasPen implements Pen {
  /** `density` is how many pixels of the canvas one of the page has. */
  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly density: number,
  ) {
    context.lineJoin = "round";
  }

  line(points: ArrayLike<number>, stroke: string, width = 1, alpha = 1, dash: readonly number[] = []): void {
    this.stroke(stroke, width, alpha);
    if (dash.length) this.context.setLineDash([...dash]);
    this.context.beginPath();
    this.trace(points);
    this.context.stroke();
    if (dash.length) this.context.setLineDash([]);
    this.context.globalAlpha = 1;
  }

  segments(points: ArrayLike<number>, stroke: string, width = 1, alpha = 1): void {
    this.stroke(stroke, width, alpha);
    this.context.beginPath();
    for (let i = 0; i + 3 < points.length; i += 4) {
      this.context.moveTo(points[i] ?? 0, points[i + 1] ?? 0);
      this.context.lineTo(points[i + 2] ?? 0, points[i + 3] ?? 0);
    }
    this.context.stroke();
    this.context.globalAlpha = 1;
  }

  circle(x: number, y: number, radius: number, style: ShapeStyle): void {
    this.context.beginPath();
    this.context.arc(x, y, radius, 0, 2 * Math.PI);
    this.paint(style);
  }

  rect(x: number, y: number, width: number, height: number, style: ShapeStyle): void {
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.paint(style);
  }

  polygons(polygons: readonly ArrayLike<number>[], style: ShapeStyle): void {
    this.context.beginPath();
    for (const polygon of polygons) {
      this.trace(polygon);
      this.context.closePath();
    }
    this.paint(style);
  }

  text(x: number, y: number, text: string, style: TextStyle): void {
    const { context } = this;
    context.save();
    context.translate(x, y);
    if (style.isUpright) context.rotate(-Math.PI / 2);
    context.font = `${style.bold ? "600 " : ""}${style.size ?? SIZE}px ${FONT}`;
    context.textAlign = style.align === "middle" ? "center" : (style.align ?? "start");
    context.textBaseline = "middle";
    if (style.halo) {
      context.strokeStyle = style.halo;
      context.lineWidth = 4;
      context.strokeText(text, 0, 0);
    }
    context.fillStyle = style.color;
    context.fillText(text, 0, 0);
    context.restore();
  }

  private trace(points: ArrayLike<number>): void {
    for (let i = 0; i + 1 < points.length; i += 2) {
      if (i) this.context.lineTo(points[i] ?? 0, points[i + 1] ?? 0);
      else this.context.moveTo(points[0] ?? 0, points[1] ?? 0);
    }
  }

  private stroke(color: string, width: number, alpha: number): void {
    this.context.strokeStyle = color;
    this.context.lineWidth = width === HAIRLINE ? 1 / this.density : width;
    this.context.globalAlpha = alpha;
  }

  private paint({ fill, stroke, width = 1, alpha = 1 }: ShapeStyle): void {
    this.context.globalAlpha = alpha;
    if (fill) {
      this.context.fillStyle = fill;
      this.context.fill();
    }
    if (stroke) {
      this.context.strokeStyle = stroke;
      this.context.lineWidth = width;
      this.context.stroke();
    }
    this.context.globalAlpha = 1;
  }
}

/** Writes an SVG. */
export class SvgPen implements Pen {
  private readonly parts: string[] = [];

  line(points: ArrayLike<number>, stroke: string, width = 1, alpha = 1, dash: readonly number[] = []): void {
    const rest = attributes({ stroke, width, alpha }) + (dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "");
    this.parts.push(`<path d="${path(points)}"${rest}/>`);
  }

  segments(points: ArrayLike<number>, stroke: string, width = 1, alpha = 1): void {
    const lines: string[] = [];
    for (let i = 0; i + 3 < points.length; i += 4) lines.push(path(Array.from(points).slice(i, i + 4)));
    this.parts.push(`<path d="${lines.join("")}"${attributes({ stroke, width, alpha })}/>`);
  }

  circle(x: number, y: number, radius: number, style: ShapeStyle): void {
    this.parts.push(`<circle cx="${short(x)}" cy="${short(y)}" r="${short(radius)}"${attributes(style)}/>`);
  }

  rect(x: number, y: number, width: number, height: number, style: ShapeStyle): void {
    const size = `width="${short(width)}" height="${short(height)}"`;
    this.parts.push(`<rect x="${short(x)}" y="${short(y)}" ${size}${attributes(style)}/>`);
  }

  polygons(polygons: readonly ArrayLike<number>[], style: ShapeStyle): void {
    this.parts.push(`<path d="${polygons.map((each) => `${path(each)}Z`).join("")}"${attributes(style)}/>`);
  }

  text(x: number, y: number, text: string, style: TextStyle): void {
    const rest = [
      `font-size="${style.size ?? SIZE}" fill="${escape(style.color)}" text-anchor="${style.align ?? "start"}"`,
      style.bold && 'font-weight="600"',
      style.isUpright && `transform="rotate(-90 ${short(x)} ${short(y)})"`,
      style.halo && `stroke="${escape(style.halo)}" stroke-width="4" paint-order="stroke" stroke-linejoin="round"`,
    ];
    const place = `x="${short(x)}" y="${short(y)}" dominant-baseline="central"`;
    this.parts.push(`<text ${place} ${rest.filter(Boolean).join(" ")}>${escape(text)}</text>`);
  }

  /** Return the text of the file. */
  toText(width: number, height: number, ground: string): string {
    const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
    const all = [`<rect width="${width}" height="${height}" fill="${escape(ground)}"/>`, ...this.parts].join("\n");
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="${escape(FONT)}">\n${all}\n</svg>\n`;
  }
}

function path(points: ArrayLike<number>): string {
  let text = "";
  for (let i = 0; i + 1 < points.length; i += 2) {
    text += `${i ? "L" : "M"}${short(points[i] ?? 0)} ${short(points[i + 1] ?? 0)}`;
  }
  return text;
}

function attributes({ fill, stroke, width = 1, alpha = 1 }: ShapeStyle): string {
  const line = stroke ? ` stroke="${escape(stroke)}" stroke-width="${width === HAIRLINE ? 0.8 : width}"` : "";
  return ` fill="${fill ? escape(fill) : "none"}"${line}${alpha < 1 ? ` opacity="${alpha}"` : ""}`;
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escape(text: string): string {
  // what XML cannot hold at all is left out
  // eslint-disable-next-line no-control-regex
  const plain = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");
  return plain.replace(/[&<>"]/g, (each) => ENTITIES[each] ?? each);
}
