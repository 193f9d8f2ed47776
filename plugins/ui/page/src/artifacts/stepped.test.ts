import { expect, test } from "vitest";

import type { Entry } from "./source";
import { imagesAt, isSeries, splitSeries, stepsOf } from "./stepped";

const id = "11111111-2222-3333-4444-555555555555";

function file(name: string): Entry {
  return { path: `images/${name}`, name, isFolder: false, size: 1 };
}

test("images of steps are one series by key, in the order of steps, with their previews", () => {
  const { series, others } = splitSeries("images", [
    file(`val~loss map+step+10+timestamp+1700000000000+${id}.png`),
    file(`val~loss map+step+10+timestamp+1700000000000+${id}+compressed.webp`),
    file(`val~loss map+step+2+timestamp+1700000000001+${id}.png`),
    file(`a+b+step+-1+timestamp+1+${id}.png`),
    file("photo.png"),
    { path: "images/sub", name: "sub", isFolder: true },
  ]);
  expect(others.map(({ name }) => name)).toEqual(["photo.png", "sub"]);
  expect(series.map(({ key }) => key)).toEqual(["val/loss map", "a+b"]);
  const [map] = series;
  expect(map?.path).toBe("images/val~loss map+step");
  expect(isSeries(map?.path ?? "")).toBe(true);
  expect(map?.images.map(({ step }) => step)).toEqual([2, 10]);
  expect(map?.images[1]?.preview).toMatch(/compressed\.webp$/);
  expect(map?.images[0]?.preview).toBeUndefined();
  expect(series[1]?.images[0]?.step).toBe(-1);
});

test("names of the older form are known", () => {
  const { series } = splitSeries("images", [file(`dog%step%5%timestamp%12%${id}.png`)]);
  expect(series[0]).toMatchObject({ key: "dog", images: [{ step: 5, timestamp: 12 }] });
});

test("a step shows what was made last up to it, and all that was made there", () => {
  const { series } = splitSeries(
    "",
    ["1+timestamp+5", "1+timestamp+6", "4+timestamp+7"].map((part, i) => file(`a+step+${part}+${id}${i}.png`)),
  );
  const [only] = series;
  expect(only && stepsOf([only])).toEqual([1, 4]);
  expect(only && imagesAt(only, 3).map(({ timestamp }) => timestamp)).toEqual([5, 6]);
  expect(only && imagesAt(only, 0)).toEqual([]);
});
