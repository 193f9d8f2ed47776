// The bytes of files, in portions: a file of gigabytes costs no more than what is looked at.

import { ApiError, fetchOrThrow } from "../api/client";
import { contentsText } from "../text/artifacts";
import { encodingOf } from "./kinds";

/** How much is fetched at a time, in bytes. */
export const PORTION = 1 << 20;

/** Some bytes of a file. */
export interface Portion {
  bytes: Uint8Array<ArrayBuffer>;
  /** The size of the whole file. */
  total: number;
  /** What changes with the file; empty where the server does not say. */
  etag: string;
}

/** Fetch bytes of a file from `start` on, at most `length`; nothing follows the end. Throws `ApiError`. */
export async function fetchPortion(url: string, start: number, length: number, signal?: AbortSignal): Promise<Portion> {
  let reply: Response;
  try {
    reply = await fetchOrThrow(url, {
      headers: { Range: `bytes=${start}-${start + length - 1}` },
      ...(signal && { signal }),
    });
  } catch (error) {
    // There is nothing at `start`: the end, or an empty file
    if (error instanceof ApiError && error.status === 416) return { bytes: new Uint8Array(), total: start, etag: "" };
    throw error;
  }
  const bytes = new Uint8Array(await reply.arrayBuffer());
  const total = /\/(\d+)$/.exec(reply.headers.get("Content-Range") ?? "")?.[1];
  return { bytes, total: total === undefined ? bytes.length : Number(total), etag: reply.headers.get("ETag") ?? "" };
}

/** Fetch a whole file; refuses what is larger than `most` bytes. Throws `ApiError` or `TooLarge`. */
export async function fetchWhole(url: string, most: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes, total } = await fetchPortion(url, 0, most, signal);
  if (total > bytes.length) throw new TooLarge(total, most);
  return bytes;
}

/** Fetch a whole file of text. Throws `ApiError` or `TooLarge`. */
export async function fetchText(url: string, most: number, signal?: AbortSignal): Promise<string> {
  const bytes = await fetchWhole(url, most, signal);
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** A file is too large to be shown in one piece. */
export class TooLarge extends Error {
  constructor(
    readonly size: number,
    readonly most: number,
  ) {
    super(contentsText.tooLarge(size, most));
    this.name = "TooLarge";
  }
}

/** A text that is fetched in portions, each put behind what is there. */
export class GrowingText {
  text = "";
  /** Bytes fetched so far. */
  loaded = 0;
  /** Bytes of the file, as far as known. */
  total: number | undefined;
  private decoder: TextDecoder | undefined;
  private etag = "";

  constructor(private readonly url: string) {}

  /** Whether nothing follows. */
  get isComplete(): boolean {
    return this.total !== undefined && this.loaded >= this.total;
  }

  /** Fetch the next bytes. Throws `ApiError`; an error too if the file has changed meanwhile. */
  async more(length: number, signal?: AbortSignal): Promise<void> {
    const { bytes, total, etag } = await fetchPortion(this.url, this.loaded, length, signal);
    if (signal?.aborted) return;
    if (this.loaded && bytes.length && etag !== this.etag) throw new Error(contentsText.changed);
    this.decoder ??= new TextDecoder(encodingOf(bytes));
    this.etag = etag;
    this.loaded += bytes.length;
    this.total = total;
    this.text += this.decoder.decode(bytes, { stream: !this.isComplete });
  }
}
