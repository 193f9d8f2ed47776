import { afterEach, expect, test, vi } from "vitest";

import type { Options } from "../api/client";
import type { Series, SeriesRequest } from "../api/series";
import { SeriesLoader, type Wish } from "./loader";

/** A server with points at steps 0, 1, 2 ... of each series; it notes what it is asked for. */
class FakeServer {
  readonly asked: SeriesRequest[] = [];
  readonly signals: AbortSignal[] = [];
  readonly lengths = new Map<string, number>();
  isSlow = false;

  readonly fetch = async (request: SeriesRequest, options?: Options): Promise<Series[]> => {
    this.asked.push(request);
    if (options?.signal) this.signals.push(options.signal);
    if (this.isSlow)
      await new Promise((_, fail) => options?.signal?.addEventListener("abort", () => fail(new Error())));
    return request.run_ids.flatMap((runId) => request.keys.flatMap((key) => this.series(runId, key, request) ?? []));
  };

  private series(runId: string, key: string, request: SeriesRequest): Series | undefined {
    const length = this.lengths.get(`${runId} ${key}`) ?? 0;
    const all = Array.from({ length }, (_, i) => i).filter(
      (step) => step >= (request.start_step ?? 0) && step <= (request.end_step ?? Infinity),
    );
    if (all.length === 0) return undefined;
    const every = Math.ceil(all.length / (request.max_points ?? 1000));
    const steps = all.filter((step) => step % every === 0);
    return { runId, key, total: all.length, steps, timestamps: steps.map((step) => step * 1000), values: steps };
  }
}

function wishFor(runIds: string[], keys: string[], { isLive = false, points = 1000 } = {}): Wish {
  return { runs: runIds.map((runId) => ({ runId, isLive })), keys, points };
}

function loaderOf(lengths: Record<string, number>): { server: FakeServer; loader: SeriesLoader } {
  vi.useFakeTimers();
  const server = new FakeServer();
  for (const [name, length] of Object.entries(lengths)) server.lengths.set(name, length);
  return { server, loader: new SeriesLoader(server.fetch) };
}

afterEach(() => vi.useRealTimers());

test("charts that come in sight together are asked for together, each series once", async () => {
  const { server, loader } = loaderOf({ "r1 a": 3, "r1 b": 4 });
  loader.want(wishFor(["r1"], ["a"]));
  loader.want(wishFor(["r1"], ["b"]));
  loader.want(wishFor(["r1"], ["a"]));
  await vi.runAllTimersAsync();
  expect(server.asked).toEqual([{ run_ids: ["r1"], keys: ["a", "b"], max_points: 1000 }]);
  expect(loader.get("r1", "b")?.steps).toEqual([0, 1, 2, 3]);
  loader.want(wishFor(["r1"], ["a", "b"]));
  await vi.runAllTimersAsync();
  expect(server.asked).toHaveLength(1);
});

test("a metric that a run does not have is not asked for again", async () => {
  const { server, loader } = loaderOf({ "r1 a": 3 });
  loader.want(wishFor(["r1", "r2"], ["a"]));
  await vi.runAllTimersAsync();
  expect(loader.isLoading(["r1", "r2"], ["a"])).toBe(false);
  expect(loader.get("r2", "a")).toBeUndefined();
  loader.want(wishFor(["r2"], ["a"]));
  await vi.runAllTimersAsync();
  expect(server.asked).toHaveLength(1);
});

test("many series come in several requests, at most four at once", async () => {
  const runIds = Array.from({ length: 10 }, (_, i) => `r${i}`);
  const { server, loader } = loaderOf(Object.fromEntries(runIds.map((runId) => [`${runId} a`, 2])));
  loader.want(wishFor(runIds, ["a"]));
  await vi.runAllTimersAsync();
  expect(server.asked.map(({ run_ids }) => run_ids.length)).toEqual([3, 3, 3, 1]);
  expect(runIds.every((runId) => loader.get(runId, "a"))).toBe(true);
});

test("what nobody waits for any more is ended", async () => {
  const { server, loader } = loaderOf({ "r1 a": 3 });
  server.isSlow = true;
  const stop = loader.want(wishFor(["r1"], ["a"]));
  await vi.advanceTimersByTimeAsync(1);
  stop();
  await vi.advanceTimersByTimeAsync(1);
  expect(server.signals[0]?.aborted).toBe(true);
  expect(loader.error.value).toBeUndefined();
});

test("more points are asked for where there are more", async () => {
  const { server, loader } = loaderOf({ "r1 a": 30, "r1 b": 3 });
  loader.want(wishFor(["r1"], ["a", "b"], { points: 10 }));
  await vi.runAllTimersAsync();
  loader.want(wishFor(["r1"], ["a", "b"], { points: 100 }));
  await vi.runAllTimersAsync();
  expect(server.asked[1]).toMatchObject({ keys: ["a"], max_points: 100 });
  expect(loader.get("r1", "a")?.values).toHaveLength(30);
});

test("runs that go on are asked from their last step on, others not at all", async () => {
  const { server, loader } = loaderOf({ "live a": 3, "live b": 1, "done a": 3 });
  loader.want({
    ...wishFor(["done"], ["a", "b"]),
    runs: [...wishFor(["live"], [], { isLive: true }).runs, { runId: "done", isLive: false }],
  });
  await vi.runAllTimersAsync();
  const before = server.asked.length;
  server.lengths.set("live a", 5);
  await loader.poll();
  expect(server.asked.slice(before)).toEqual([
    { run_ids: ["live"], keys: ["a"], max_points: 1000, start_step: 2 },
    { run_ids: ["live"], keys: ["b"], max_points: 1000, start_step: 0 },
  ]);
  expect(loader.get("live", "a")).toMatchObject({ steps: [0, 1, 2, 3, 4], total: 5 });
});

test("what does not change is asked for ever less often", async () => {
  const { server, loader } = loaderOf({ "r a": 3 });
  loader.want(wishFor(["r"], ["a"], { isLive: true }));
  await vi.runAllTimersAsync();
  for (let i = 0; i < 40; i++) await loader.poll();
  expect(server.asked.length).toBeLessThan(12);
});

test("a run that ended is asked once more", async () => {
  const { server, loader } = loaderOf({ "r a": 3 });
  const stop = loader.want(wishFor(["r"], ["a"], { isLive: true }));
  await vi.runAllTimersAsync();
  stop();
  loader.want(wishFor(["r"], ["a"]));
  server.lengths.set("r a", 4);
  await vi.runAllTimersAsync();
  await loader.poll();
  await loader.poll();
  expect(server.asked).toHaveLength(2);
  expect(loader.get("r", "a")?.total).toBe(4);
});

test("a series that has grown a lot comes again as a whole, in few points", async () => {
  const { server, loader } = loaderOf({ "r a": 10 });
  loader.want(wishFor(["r"], ["a"], { isLive: true, points: 10 }));
  await vi.runAllTimersAsync();
  server.lengths.set("r a", 60);
  await loader.poll();
  expect(loader.get("r", "a")?.values.length).toBeGreaterThan(30);
  await vi.runAllTimersAsync();
  expect(loader.get("r", "a")).toMatchObject({ total: 60 });
  expect(loader.get("r", "a")?.values).toHaveLength(10);
});

test("finer points are asked for only where some are missing, and kept", async () => {
  const { server, loader } = loaderOf({ "r a": 1000, "s a": 5 });
  const wish = wishFor(["r", "s"], ["a"], { points: 10 });
  loader.want(wish);
  await vi.runAllTimersAsync();
  const before = server.asked.length;
  const range = () => ({ by: "step", start: 100, end: 104 }) as const;
  const options = { signal: new AbortController().signal };
  const found = await loader.refine(wish, range, options);
  expect([...found.values()].map(({ series }) => [series.runId, series.steps])).toEqual([
    ["r", [100, 101, 102, 103, 104]],
  ]);
  await loader.refine(wish, range, options);
  expect(server.asked.slice(before)).toEqual([
    { run_ids: ["r"], keys: ["a"], max_points: 10, start_step: 100, end_step: 104 },
  ]);
});

test("why points do not come is told, and they are asked for again on demand", async () => {
  const { server, loader } = loaderOf({ "r a": 3 });
  const fetch = vi.spyOn(server, "fetch");
  const failing = new SeriesLoader((...given) =>
    fetch.mock.calls.length === 0 ? broken(fetch) : server.fetch(...given),
  );
  failing.want(wishFor(["r"], ["a"]));
  await vi.runAllTimersAsync();
  expect(failing.error.value?.message).toBe("no");
  failing.retry();
  await vi.runAllTimersAsync();
  expect(failing.error.value).toBeUndefined();
  expect(failing.get("r", "a")?.total).toBe(3);
  loader.dispose();
});

function broken(fetch: { mock: { calls: unknown[] } }): Promise<Series[]> {
  fetch.mock.calls.push([]);
  return Promise.reject(new Error("no"));
}
