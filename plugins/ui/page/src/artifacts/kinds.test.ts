import { expect, test } from "vitest";

import { encodingOf, isText, kindOfName, languageOf, mediaTypeOf, recognize } from "./kinds";

const bytes = (...values: number[]) => new Uint8Array(values);
const utf8 = (text: string) => new TextEncoder().encode(text);
const PNG = bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0);

test("names say what a file is", () => {
  expect(kindOfName("a.PNG")).toBe("image");
  expect(kindOfName("MLmodel")).toBe("yaml");
  expect(kindOfName("train.py")).toBe("code");
  expect(kindOfName("frame.parquet")).toBe("binary");
  expect(kindOfName("constructor")).toBeUndefined();
  expect(kindOfName("no ending")).toBeUndefined();
  expect(languageOf("Dockerfile")).toBe("dockerfile");
  expect(languageOf("toString")).toBeUndefined();
});

test("bytes say what a file is whatever its name", () => {
  expect(mediaTypeOf(PNG)).toBe("image/png");
  expect(mediaTypeOf(utf8("RIFF1234WEBPVP8 "))).toBe("image/webp");
  expect(mediaTypeOf(utf8("RIFF1234WAVEfmt "))).toBeUndefined();
  expect(recognize("notes.txt", PNG)).toEqual({ kind: "image", mediaType: "image/png", claimed: "text" });
  expect(recognize("plot.jpg", PNG)).toEqual({ kind: "image", mediaType: "image/png" });
  expect(recognize("plot.png", utf8("hello"))).toEqual({ kind: "text", claimed: "image" });
  expect(recognize("table.csv", bytes(0, 1, 2, 3))).toEqual({ kind: "binary", claimed: "table" });
  expect(recognize("paper", utf8("%PDF-1.7\n"))).toEqual({ kind: "pdf", mediaType: "application/pdf" });
  expect(recognize("unknown", utf8("plain"))).toEqual({ kind: "text" });
  expect(recognize("weights.pt", utf8("plain"))).toEqual({ kind: "binary" });
  expect(recognize("drawing.svg", utf8("<svg>"))).toEqual({ kind: "svg" });
});

test("text is told from other bytes, also where a letter is cut at the end", () => {
  expect(isText(utf8("größe").slice(0, 3))).toBe(true);
  expect(isText(bytes(0x67, 0x72, 0xf6, 0xdf, 0x65))).toBe(true); // Latin-1
  expect(isText(bytes(0x67, 0x00, 0x65))).toBe(false);
  expect(isText(bytes(0xff, 0xfe, 0x67, 0x00))).toBe(true);
  expect(encodingOf(bytes(0xff, 0xfe, 0x67, 0x00))).toBe("utf-16le");
});
