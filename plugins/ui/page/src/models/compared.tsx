// Versions of a model side by side.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { ApiError } from "../api/client";
import type { ModelVersion, Run } from "../api/entities";
import { fetchRun } from "../api/runs";
import { useResource } from "../app/resource";
import { href } from "../app/router";
import { Failure } from "../parts/failure";
import { Icon } from "../parts/icon";
import { Time } from "../parts/time";
import { common } from "../text/common";
import { models as text } from "../text/models";
import { AliasBadge, RunLink, StageBadge } from "./badges";
import { compare, type Group, type Known, type Line } from "./differences";
import { fetchSignature } from "./signature";

const GROUPS: readonly Group[] = ["params", "metrics", "inputs", "outputs"];

/** Shows what differs among versions: of their runs, and of what they take and give. */
export function Compared({ name, versions }: { name: string; versions: readonly ModelVersion[] }) {
  const [onlyDifferences, setOnlyDifferences] = useState(true);
  const key = `${name}/${versions.map(({ version }) => version).join()}`;
  const found = useResource(key, (signal) => Promise.all(versions.map((version) => fetchKnown(version, signal))));
  const lines = found.value && compare(found.value);
  return (
    <>
      <div class="row model-versions-head">
        <a class="button" href={href(["models", name])}>
          <Icon name="chevronLeft" size={12} />
          {text.toVersions}
        </a>
        <label>
          <input
            type="checkbox"
            checked={onlyDifferences}
            onChange={(event) => setOnlyDifferences(event.currentTarget.checked)}
          />{" "}
          {text.onlyDifferences}
        </label>
      </div>
      {found.error && <Failure error={found.error} retry={found.reload} />}
      <div class="table-scroll">
        <table class="list compared">
          <caption class="hidden">{text.compareTitle(name)}</caption>
          <thead>
            <tr>
              <th scope="col">
                <span class="hidden">{common.name}</span>
              </th>
              {versions.map(({ version }) => (
                <th key={version} scope="col">
                  <a href={href(["models", name, "versions", version])}>{text.version(version)}</a>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <GroupHead label={text.groups.about} count={versions.length} />
            <Facts name={name} versions={versions} />
          </tbody>
          {lines ? (
            GROUPS.map((group) => (
              <tbody key={group}>
                <GroupHead label={text.groups[group]} count={versions.length} />
                <Lines lines={lines[group]} count={versions.length} onlyDifferences={onlyDifferences} />
              </tbody>
            ))
          ) : (
            <tbody>
              <tr>
                <td colSpan={versions.length + 1} class="quiet">
                  {found.isLoading && common.loading}
                </td>
              </tr>
            </tbody>
          )}
        </table>
      </div>
    </>
  );
}

function GroupHead({ label, count }: { label: string; count: number }) {
  return (
    <tr class="group">
      <th scope="rowgroup" colSpan={count + 1}>
        {label}
      </th>
    </tr>
  );
}

function Lines(props: { lines: readonly Line[]; count: number; onlyDifferences: boolean }) {
  const shown = props.onlyDifferences ? props.lines.filter((line) => line.differs) : props.lines;
  if (!shown.length) {
    return (
      <tr>
        <td colSpan={props.count + 1} class="quiet">
          {props.lines.length ? text.allSame : common.none}
        </td>
      </tr>
    );
  }
  return shown.map((line) => (
    <tr key={line.key}>
      <th scope="row">{line.key}</th>
      {line.values.map((value, i) => (
        <td key={i} class={line.differs && !props.onlyDifferences ? "differs" : undefined}>
          {value ?? <span class="quiet">–</span>}
        </td>
      ))}
    </tr>
  ));
}

function Facts({ name, versions }: { name: string; versions: readonly ModelVersion[] }) {
  const facts: readonly (readonly [string, (version: ModelVersion) => ComponentChildren])[] = [
    [text.facts.created, (version) => <Time value={version.creation_timestamp} />],
    [text.facts.run, (version) => <RunLink version={version} />],
    [text.facts.stage, (version) => <StageBadge stage={version.current_stage} />],
    [
      text.facts.aliases,
      (version) => (version.aliases ?? []).map((alias) => <AliasBadge key={alias} alias={alias} name={name} />),
    ],
    [text.facts.description, (version) => version.description],
  ];
  return facts.map(([label, show]) => (
    <tr key={label}>
      <th scope="row">{label}</th>
      {versions.map((version) => (
        <td key={version.version}>{show(version)}</td>
      ))}
    </tr>
  ));
}

async function fetchKnown(version: ModelVersion, signal: AbortSignal): Promise<Known> {
  const source = { kind: "version", name: version.name, version: version.version } as const;
  const [run, signature] = await Promise.all([fetchRunOf(version, signal), fetchSignature(source, signal)]);
  return { version, run, signature };
}

async function fetchRunOf({ run_id: runId }: ModelVersion, signal: AbortSignal): Promise<Run | undefined> {
  if (!runId) return undefined;
  try {
    return await fetchRun(runId, { signal });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined; // deleted for good
    throw error;
  }
}
