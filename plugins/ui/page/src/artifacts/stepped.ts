// Images that belong to steps: one file for each step of a key, with a small preview beside it, all told by their names.

import type { Entry } from "./source";

/** An image of a series. */
export interface SteppedImage {
  step: number;
  /** When it was made, in milliseconds since 1970 UTC. */
  timestamp: number;
  path: string;
  /** The path of a small copy of it, where there is one. */
  preview?: string;
}

/** The images of a key. */
export interface Series {
  key: string;
  /** What stands for it where a path of an artifact is wanted. */
  path: string;
  /** By step, then by time. */
  images: readonly SteppedImage[];
}

// The older form of the reference system has `%` in place of `+`.
const NAME =
  /^(?<key>.+)(?<mark>[+%])step\k<mark>(?<step>-?\d+)\k<mark>timestamp\k<mark>(?<timestamp>\d+)\k<mark>(?<id>[\w-]+?)(?<preview>\k<mark>compressed)?\.(?:png|webp)$/;
const END = "+step";

/** Return the series among the entries of a folder, by key, and the other entries. */
export function splitSeries(folder: string, entries: readonly Entry[]): { series: Series[]; others: Entry[] } {
  const byKey = new Map<string, Map<string, SteppedImage>>();
  const others: Entry[] = [];
  for (const entry of entries) {
    const found = entry.isFolder ? undefined : NAME.exec(entry.name)?.groups;
    if (!found) {
      others.push(entry);
      continue;
    }
    const { key = "", step = "", timestamp = "", id = "", preview } = found;
    const images = byKey.get(key) ?? new Map<string, SteppedImage>();
    byKey.set(key, images);
    const place = `${step} ${timestamp} ${id}`;
    const image = images.get(place) ?? { step: Number(step), timestamp: Number(timestamp), path: entry.path };
    images.set(place, preview ? { ...image, preview: entry.path } : { ...image, path: entry.path });
  }
  const series = [...byKey].map(([key, images]) => ({
    key: key.replaceAll("~", "/"),
    path: `${folder && `${folder}/`}${key}${END}`,
    images: [...images.values()].sort((a, b) => a.step - b.step || a.timestamp - b.timestamp),
  }));
  return { series, others };
}

/** Say whether a path stands for a series. */
export function isSeries(path: string): boolean {
  return path.endsWith(END);
}

/** Return the steps that any of several series has, in their order. */
export function stepsOf(series: readonly Series[]): number[] {
  return [...new Set(series.flatMap(({ images }) => images.map(({ step }) => step)))].sort((a, b) => a - b);
}

/** Return what a series shows at a step: the images of that step or else of the last one before it; all of that step. */
export function imagesAt(series: Series, step: number): readonly SteppedImage[] {
  const last = series.images.findLast((image) => image.step <= step);
  return last ? series.images.filter((image) => image.step === last.step) : [];
}
