// Requests to the server this page came from.

import { noteReach } from "./reach";

const API = new URL("ajax-api/", document.baseURI);

/** The address of the server, as clients are given it. */
export const SERVER = new URL(".", document.baseURI).href.replace(/\/$/, "");

/** What a server answers when it refuses. */
export class ApiError extends Error {
  constructor(
    message: string,
    /** One of the protocol's error codes, or `UNREACHABLE`. */
    readonly code: string,
    readonly status: number,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Options of a request. */
export interface Options {
  /** Ends it early. */
  signal?: AbortSignal;
}

/** Return the address of a route with a query string, for requests and for links. */
export function address(path: string, query: Query = {}, base: URL = API): string {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? (value as string[]) : [value]) {
      if (each !== undefined) url.searchParams.append(name, String(each));
    }
  }
  return url.href;
}

/** Ask with GET; `path` is like `2.0/mlflow/runs/get`. Throws `ApiError`. */
export function get<R>(path: string, query: Query = {}, options: Options = {}): Promise<R> {
  return ask<R>("GET", address(path, query), undefined, options);
}

/** Send with POST. Throws `ApiError`. */
export function post<R>(path: string, body: object, options: Options = {}): Promise<R> {
  return ask<R>("POST", address(path), body, options);
}

/** Send with PATCH. Throws `ApiError`. */
export function patch<R>(path: string, body: object): Promise<R> {
  return ask<R>("PATCH", address(path), body, {});
}

/** Send with DELETE. Throws `ApiError`. */
export function del<R>(path: string, body: object): Promise<R> {
  return ask<R>("DELETE", address(path), body, {});
}

async function ask<R>(method: string, url: string, body: object | undefined, options: Options): Promise<R> {
  const reply = await fetchOrThrow(url, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    ...(options.signal && { signal: options.signal }),
  });
  return (await reply.json()) as R;
}

/** Fetch anything of the server. Throws `ApiError` where it refuses or cannot be reached; aborts pass as they are. */
export async function fetchOrThrow(url: string, init: RequestInit = {}): Promise<Response> {
  let reply: Response;
  try {
    reply = await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    noteReach(false);
    throw new ApiError("The server cannot be reached.", "UNREACHABLE", 0);
  }
  noteReach(true);
  if (reply.ok) return reply;
  const text = await reply.text();
  let told: { error_code?: unknown; message?: unknown } = {};
  try {
    told = JSON.parse(text) as typeof told;
  } catch {
    // something in front of the server answers as it likes
  }
  const message = typeof told.message === "string" ? told.message : text.slice(0, 500) || reply.statusText;
  throw new ApiError(message, typeof told.error_code === "string" ? told.error_code : "UNKNOWN", reply.status);
}

/** A number as it is sent: what JSON lacks is text. */
export type WireNumber = number | "NaN" | "Infinity" | "-Infinity";

/** Return a number that was sent. */
export function readNumber(value: WireNumber): number {
  return typeof value === "number" ? value : Number(value);
}
