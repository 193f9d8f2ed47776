import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ApiError, fetchOrThrow } from "./client";
import { isReachable, returns } from "./reach";

afterEach(() => vi.unstubAllGlobals());
beforeEach(() => {
  isReachable.value = true;
  returns.value = 0;
});

test("a request without an answer says that the server is away, the next answer that it is back", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(fetchOrThrow("http://x.test/")).rejects.toMatchObject({ code: "UNREACHABLE" });
  expect(isReachable.value).toBe(false);

  vi.stubGlobal("fetch", () => Promise.resolve(new Response("{}", { status: 404 }))); // an answer is an answer
  await expect(fetchOrThrow("http://x.test/")).rejects.toBeInstanceOf(ApiError);
  expect(isReachable.value).toBe(true);
  expect(returns.value).toBe(1);
});

test("a request that was ended says nothing of the server", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new DOMException("ended", "AbortError")));
  await expect(fetchOrThrow("http://x.test/")).rejects.toThrow("ended");
  expect(isReachable.value).toBe(true);
});
