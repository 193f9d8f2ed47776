import type { ComponentChildren } from "preact";

import { byKey, type Run } from "../api/entities";
import { fetchRun } from "../api/runs";
import { useResource } from "../app/resource";
import { Code, Copy } from "../parts/copy";
import { Time } from "../parts/time";
import { run as text } from "../text/run";
import { runHref } from "./place";
import { baseName, commandOf, commitAddress, readSource, type Source, webAddress } from "./source";

/** Where a run came from: its program, its code, its parent. */
export function About({ run }: { run: Run }) {
  const tags = byKey(run.data?.tags);
  const source = readSource(tags);
  const command = commandOf(source, run.data?.params ?? []);
  const parent = tags["mlflow.parentRunId"];
  return (
    <section class="side" aria-label={text.about}>
      <h2>{text.about}</h2>
      <dl class="facts">
        {parent && (
          <Fact name={text.parent}>
            <Parent runId={parent} />
          </Fact>
        )}
        <Fact name={text.started}>
          <Time value={run.info.start_time} isAbsolute />
        </Fact>
        {run.info.end_time !== undefined && (
          <Fact name={text.ended}>
            <Time value={run.info.end_time} isAbsolute />
          </Fact>
        )}
        {source.name !== undefined && (
          <Fact name={text.source}>
            <Program source={source} />
          </Fact>
        )}
        {source.entryPoint !== undefined && <Fact name={text.entryPoint}>{source.entryPoint}</Fact>}
        {source.backend !== undefined && <Fact name={text.backend}>{source.backend}</Fact>}
        {source.image !== undefined && <Fact name={text.image}>{source.image}</Fact>}
        {source.repository !== undefined && (
          <Fact name={text.repository}>
            <Place address={source.repository} />
          </Fact>
        )}
        {source.branch !== undefined && <Fact name={text.branch}>{source.branch}</Fact>}
        {source.commit !== undefined && (
          <Fact name={text.commit}>
            <Commit source={source} commit={source.commit} />
          </Fact>
        )}
        <Fact name={text.artifactUri}>
          <span class="mono">{run.info.artifact_uri}</span>
          <Copy text={run.info.artifact_uri} label={text.copyOf(text.artifactUri)} />
        </Fact>
      </dl>
      {command !== undefined && (
        <>
          <h3>{text.command}</h3>
          <Code text={command} label={text.command} />
        </>
      )}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Program({ source: { name = "", type } }: { source: Source }) {
  const kind = type && (text.sourceTypes[type] ?? type.toLowerCase());
  return (
    <>
      {webAddress(name) ? <Place address={name} /> : <span title={name}>{baseName(name)}</span>}
      {kind && <span class="quiet"> {kind}</span>}
    </>
  );
}

function Commit({ source, commit }: { source: Source; commit: string }) {
  const link = commitAddress(source.repository, commit) ?? commitAddress(source.name, commit);
  const short = <span class="mono">{commit.slice(0, 10)}</span>;
  return (
    <>
      {link === undefined ? (
        <span title={commit}>{short}</span>
      ) : (
        <a href={link} title={commit} target="_blank" rel="noreferrer noopener">
          {short}
        </a>
      )}
      <Copy text={commit} label={text.copyOf(text.commit)} />
      {source.isDirty && (
        <span class="badge warn" title={text.dirtyHint}>
          {text.dirty}
        </span>
      )}
    </>
  );
}

/** A link where a text is an address of the web, and the text otherwise. */
function Place({ address }: { address: string }) {
  const url = webAddress(address);
  if (!url) return <>{address}</>;
  return (
    <a href={url.href} target="_blank" rel="noreferrer noopener">
      {url.href}
    </a>
  );
}

function Parent({ runId }: { runId: string }) {
  const parent = useResource(runId, (signal) => fetchRun(runId, { signal }));
  if (parent.error) return <span class="mono">{runId}</span>; // it was deleted for good
  if (!parent.value) return <span class="quiet mono">{runId}</span>;
  return <a href={runHref(parent.value.info)}>{parent.value.info.run_name || runId}</a>;
}
