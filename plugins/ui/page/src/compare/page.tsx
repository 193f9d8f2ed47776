import "./compare.css";

import { computed, useSignal } from "@preact/signals";
import { lazy, Suspense } from "preact/compat";
import { useEffect, useMemo } from "preact/hooks";

import type { ViewProps } from "../app/page";
import { useResource } from "../app/resource";
import { href, place } from "../app/router";
import { Empty } from "../parts/empty";
import { Failure } from "../parts/failure";
import { common } from "../text/common";
import { compare } from "../text/compare";
import { fetchNamed, type Found, namedModel, readNamed } from "./named";
import ComparePanel from "./panel";

const ChartsPanel = lazy(() => import("../charts/panel"));

/** Compares the runs that the address names, of one experiment or several. */
export default function ComparePage({ place: { query } }: ViewProps) {
  const named = readNamed(query);
  const read = useResource(JSON.stringify(named), (signal) => fetchNamed(named, signal));
  if (!named.runIds.length) return <Empty title={compare.none}>{compare.namesMissing}</Empty>;
  if (read.error) return <Failure error={read.error} retry={read.reload} />;
  if (!read.value) return <p class="view quiet">{common.loading}</p>;
  if (!read.value.rows.length) return <Empty title={compare.none}>{compare.noneNamed}</Empty>;
  return <Comparison found={read.value} reload={read.reload} />;
}

function Comparison({ found, reload }: { found: Found; reload: () => void }) {
  const now = useSignal(found);
  useEffect(() => {
    now.value = found;
  }, [now, found]);
  const experiments = found.experimentIds.join(",");
  const model = useMemo(
    () =>
      namedModel(
        computed(() => now.value),
        place,
        reload,
      ),
    // another experiment is another model; other runs of it are not
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [now, experiments],
  );
  return (
    <div class="compare-page">
      <header class="view row">
        <h1>{compare.title(found.rows.length)}</h1>
        {found.experimentIds.map((id) => (
          <a key={id} href={href(["experiments", id])}>
            {compare.experiment(id)}
          </a>
        ))}
      </header>
      <ComparePanel model={model} isFixed />
      <h2 class="view">{compare.charts}</h2>
      <Suspense fallback={<p class="view quiet">{common.loading}</p>}>
        <ChartsPanel model={model} />
      </Suspense>
    </div>
  );
}
