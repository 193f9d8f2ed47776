// A model: what it takes and gives, what it needs, and how to use it.

import "./card.css";

import type { ComponentChildren } from "preact";
import { lazy, Suspense } from "preact/compat";
import { useState } from "preact/hooks";

import { get } from "../../api/client";
import type { LoggedModel, ModelVersion } from "../../api/entities";
import { fetchVersionsOfRun } from "../../api/runs";
import { useResource } from "../../app/resource";
import { href } from "../../app/router";
import { Code } from "../../parts/copy";
import { Time } from "../../parts/time";
import { browserText, cardText } from "../../text/artifacts";
import { fetchText } from "../contents";
import { formatBytes } from "../size";
import { type Entry, fileAddress, quote, type Source, uriOf } from "../source";
import { Unreachable } from "../unreachable";
import { type ModelInfo, readModelInfo } from "./mlmodel";
import { SignatureTables } from "./signature";

const RegisterDialog = lazy(() => import("../../models/register").then((part) => ({ default: part.RegisterDialog })));

/** Bytes of an MLmodel file and of requirements at most. */
const MOST = 4 << 20;

interface Known {
  info: ModelInfo;
  requirements: string | undefined;
  /** The run that made it, if any did. */
  runId: string | undefined;
  experimentId: string | undefined;
}

/** Shows the card of the model in a folder. */
export default function ModelCard(props: {
  source: Source;
  path: string;
  entries: readonly Entry[];
  onPath: (path: string) => void;
}) {
  const { source, path, entries } = props;
  const below = (name: string) => (path ? `${path}/${name}` : name);
  const hasRequirements = entries.some((entry) => entry.name === "requirements.txt");
  const card = useResource(`${uriOf(source, path)} ${entries.length}`, async (signal): Promise<Known> => {
    const text = (name: string) => fetchText(fileAddress(source, below(name)), MOST, signal);
    const [model, requirements] = await Promise.all([
      text("MLmodel"),
      hasRequirements ? text("requirements.txt") : undefined,
    ]);
    const info = read(model);
    const made = await fetchOrigin(source, info, signal);
    return { info, requirements, ...made };
  });
  if (card.error) return <Unreachable error={card.error} source={source} path={path} retry={card.reload} />;
  if (!card.value) return <p class="quiet artifacts-note">{browserText.loading}</p>;
  const { info, requirements } = card.value;
  const example = info.example;
  const uri = source.kind === "run" && info.modelId ? `models:/${info.modelId}` : uriOf(source, path);
  return (
    <div class="card" tabIndex={0} role="region" aria-label={cardText.title}>
      <Facts source={source} path={path} known={card.value} />
      <section>
        <h3>{cardText.load}</h3>
        <Code text={cardText.loadCode(quote(uri))} label={cardText.load} />
      </section>
      <section>
        <h3>{cardText.serve}</h3>
        <Code text={cardText.serveCode(shellWord(uri))} label={cardText.serve} />
      </section>
      <section>
        <h3>{cardText.signature}</h3>
        {info.signature ? <SignatureTables signature={info.signature} /> : <p class="quiet">{cardText.noSignature}</p>}
        {example !== undefined && (
          <p>
            {cardText.example}:{" "}
            <button class="plain link" onClick={() => props.onPath(below(example))}>
              {example}
            </button>
          </p>
        )}
      </section>
      <section>
        <h3>{cardText.requirements}</h3>
        {requirements === undefined ? (
          <p class="quiet">{cardText.noRequirements}</p>
        ) : (
          <Code text={requirements.trim()} label={cardText.requirements} />
        )}
      </section>
    </div>
  );
}

function Facts({ source, path, known }: { source: Source; path: string; known: Known }) {
  const { info, runId, experimentId } = known;
  const modelId = source.kind === "model" ? source.modelId : info.modelId;
  const [isRegistering, setRegistering] = useState(false);
  return (
    <>
      <dl class="facts">
        <Fact name={cardText.flavors}>
          {info.flavors.map(({ name, version }) => (
            <span key={name} class="chip">
              {name} {version && <span class="quiet">{version}</span>}
            </span>
          ))}
        </Fact>
        {info.size !== undefined && <Fact name={cardText.size}>{formatBytes(info.size)}</Fact>}
        {info.pythonVersion !== undefined && <Fact name={cardText.python}>{info.pythonVersion}</Fact>}
        {info.created !== undefined && (
          <Fact name={cardText.created}>
            <Time value={info.created} isAbsolute />
            {info.savedBy !== undefined && <span class="quiet"> · {info.savedBy}</span>}
          </Fact>
        )}
        {modelId && (
          <Fact name={cardText.modelId}>
            <code>{modelId}</code>
          </Fact>
        )}
        {runId !== undefined && source.kind !== "run" && (
          <Fact name={cardText.run}>
            {experimentId === undefined ? (
              <code>{runId}</code>
            ) : (
              <a class="mono" href={href(["experiments", experimentId, "runs", runId])}>
                {runId}
              </a>
            )}
          </Fact>
        )}
        {source.kind !== "version" && runId !== undefined && (
          <Fact name={cardText.versions}>
            <Versions runId={runId} modelId={modelId} path={path} isClosed={!isRegistering} />{" "}
            <button class="small" onClick={() => setRegistering(true)}>
              {cardText.register}
            </button>
          </Fact>
        )}
      </dl>
      {isRegistering && runId !== undefined && (
        <Suspense fallback={null}>
          <RegisterDialog
            runId={runId}
            modelId={modelId}
            path={modelId ? undefined : path}
            onClose={() => setRegistering(false)}
          />
        </Suspense>
      )}
    </>
  );
}

function Versions(props: { runId: string; modelId: string | undefined; path: string; isClosed: boolean }) {
  const { runId, modelId, path } = props;
  const found = useResource(`${runId} ${modelId ?? ""} ${path} ${props.isClosed}`, async (signal) => {
    const versions = await fetchVersionsOfRun(runId, { signal });
    return versions.filter((version) => isOf(version, modelId, path));
  });
  if (!found.value) return null;
  if (!found.value.length) return <span class="quiet">{cardText.notRegistered}</span>;
  return found.value.map(({ name, version }) => (
    <a key={`${name} ${version}`} class="chip" href={href(["models", name, "versions", version])}>
      {cardText.version(name, version)}
    </a>
  ));
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Say whether a version was made of a model: of a logged one, or of what a run has at a path. */
function isOf(version: ModelVersion, modelId: string | undefined, path: string): boolean {
  if (modelId) return version.model_id === modelId || version.source === `models:/${modelId}`;
  return (version.source ?? "").replace(/\/$/, "").endsWith(`/${path}`);
}

function read(text: string): ModelInfo {
  try {
    return readModelInfo(text);
  } catch (error) {
    throw new Error(cardText.broken(error instanceof Error ? error.message : String(error)), { cause: error });
  }
}

/** Return the run that a model is from, and its experiment where that is known. */
async function fetchOrigin(source: Source, info: ModelInfo, signal: AbortSignal) {
  if (source.kind !== "model") {
    return { runId: source.kind === "run" ? source.runId : info.runId, experimentId: undefined };
  }
  const route = `2.0/mlflow/logged-models/${encodeURIComponent(source.modelId)}`;
  const { model } = await get<{ model: LoggedModel }>(route, {}, { signal });
  return { runId: model.info.source_run_id || undefined, experimentId: model.info.experiment_id };
}

/** Return a text as one word of a shell. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
