// What a file is: by its name, and by its first bytes, which do not lie.

/** How a file can be shown. */
export type Kind =
  | "audio"
  | "binary"
  | "code"
  | "html"
  | "image"
  | "json"
  | "lines"
  | "markdown"
  | "notebook"
  | "pdf"
  | "svg"
  | "table"
  | "text"
  | "video"
  | "yaml";

const ENDINGS = new Map<string, Kind>([
  ...each<Kind>("image", "png jpg jpeg gif webp bmp avif ico"),
  ...each<Kind>("audio", "mp3 wav ogg oga flac m4a aac opus"),
  ...each<Kind>("video", "mp4 webm ogv mov m4v"),
  ...each<Kind>("html", "html htm"),
  ...each<Kind>("markdown", "md markdown"),
  ...each<Kind>("table", "csv tsv"),
  ...each<Kind>("json", "json geojson"),
  ...each<Kind>("lines", "jsonl ndjson"),
  ...each<Kind>("yaml", "yaml yml"),
  ...each<Kind>("notebook", "ipynb"),
  ...each<Kind>("pdf", "pdf"),
  ...each<Kind>("svg", "svg"),
  ...each<Kind>("text", "txt log err out rst"),
  ...each<Kind>(
    "binary",
    "parquet feather arrow npy npz pkl pickle joblib pt pth ckpt bin h5 hdf5 keras onnx safetensors skops cbm ubj " +
      "zip tar gz tgz bz2 xz zst whl so tif tiff",
  ),
]);
const NAMES = new Map<string, Kind>([
  ["MLmodel", "yaml"],
  ["MLproject", "yaml"],
]);

const LANGUAGES = new Map<string, string>([
  ...each("python", "py pyi"),
  ...each("javascript", "js mjs cjs jsx"),
  ...each("typescript", "ts tsx"),
  ...each("bash", "sh bash zsh"),
  ...each("sql", "sql"),
  ...each("xml", "xml xhtml html htm svg"),
  ...each("css", "css"),
  ...each("json", "json ipynb jsonl ndjson geojson"),
  ...each("yaml", "yaml yml"),
  ...each("ini", "ini cfg conf toml properties env"),
  ...each("markdown", "md markdown"),
  ...each("cpp", "c cc cpp cxx h hpp cu cuh"),
  ...each("java", "java"),
  ...each("r", "r"),
  ...each("go", "go"),
  ...each("rust", "rs"),
  ...each("diff", "diff patch"),
]);
const LANGUAGES_OF_NAMES = new Map([
  ["MLmodel", "yaml"],
  ["MLproject", "yaml"],
  ["Dockerfile", "dockerfile"],
]);

// The first bytes of formats that a browser shows; `?` is any byte.
const BEGINNINGS: readonly [string, string][] = [
  ["image/png", "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", "\xff\xd8\xff"],
  ["image/gif", "GIF8"],
  ["image/webp", "RIFF????WEBP"],
  ["image/bmp", "BM????\x00\x00\x00\x00"],
  ["image/avif", "????ftypavif"],
  ["image/avif", "????ftypavis"],
  ["image/x-icon", "\x00\x00\x01\x00"],
  ["application/pdf", "%PDF-"],
];

/** Return how a file of a name can be shown; nothing if the name does not tell. */
export function kindOfName(name: string): Kind | undefined {
  const ending = endingOf(name);
  return NAMES.get(name) ?? ENDINGS.get(ending) ?? (languageOf(name) === undefined ? undefined : "code");
}

/** Return the language that a file is written in, as highlight.js names it. */
export function languageOf(name: string): string | undefined {
  return LANGUAGES_OF_NAMES.get(name) ?? LANGUAGES.get(endingOf(name));
}

/** Return what follows the last dot of a name, in small letters. */
export function endingOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(dot + 1).toLowerCase();
}

/** Return the media type of an image or a PDF, by its first bytes. */
export function mediaTypeOf(head: Uint8Array): string | undefined {
  return BEGINNINGS.find(([, beginning]) => begins(head, beginning))?.[0];
}

/** Say whether bytes are text: UTF-8, or UTF-16 that says so; a letter that is cut at the end does no harm. */
export function isText(head: Uint8Array): boolean {
  if (utf16(head) !== undefined) return true;
  if (head.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    // Text of other encodings has few control characters
    return head.every((byte) => byte >= 32 || (byte >= 7 && byte <= 13) || byte === 27);
  }
}

/** Return how the text is encoded that begins with these bytes. */
export function encodingOf(head: Uint8Array): string {
  return utf16(head) ?? "utf-8";
}

/** What a file turned out to be. */
export interface Recognized {
  kind: Kind;
  /** Of images and PDF. */
  mediaType?: string;
  /** What the name says, where the bytes say something else. */
  claimed?: Kind;
}

/** Return how a file is to be shown. */
export function recognize(name: string, head: Uint8Array): Recognized {
  const named = kindOfName(name);
  const mediaType = mediaTypeOf(head);
  if (mediaType !== undefined) {
    const kind = mediaType === "application/pdf" ? "pdf" : "image";
    return { kind, mediaType, ...(named !== undefined && named !== kind && { claimed: named }) };
  }
  if (named === "audio" || named === "video") return { kind: named };
  const readable = isText(head);
  if (named === "image" || named === "pdf") return { kind: readable ? "text" : "binary", claimed: named };
  if (named === undefined) return { kind: readable ? "text" : "binary" };
  if (named !== "binary" && !readable) return { kind: "binary", claimed: named };
  return { kind: named };
}

/** Say whether bytes begin with the signs of a text, each of which is a byte; `?` is any. */
export function begins(head: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== "?" && head[i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

function utf16(head: Uint8Array): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  return head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : undefined;
}

function each<T extends string>(value: T, endings: string): [string, T][] {
  return endings.split(" ").map((ending) => [ending, value]);
}
