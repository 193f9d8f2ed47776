// A version of a registered model.

import "./models.css";

import { lazy, Suspense } from "preact/compat";
import { useState } from "preact/hooks";

import { byKey, type ModelVersion } from "../api/entities";
import { deleteVersion, deleteVersionTag, describeVersion, fetchVersion, setVersionTag } from "../api/models";
import { attempt, tell } from "../app/notices";
import type { ViewProps } from "../app/page";
import { useResource } from "../app/resource";
import { go, href } from "../app/router";
import { useTitle } from "../app/title";
import { Code, Copy } from "../parts/copy";
import { Confirm } from "../parts/dialog";
import { Failure } from "../parts/failure";
import { Menu } from "../parts/menu";
import { Note } from "../parts/note";
import { TabPanel, Tabs } from "../parts/tabs";
import { TagsEditor } from "../parts/tags";
import { Time } from "../parts/time";
import { common } from "../text/common";
import { loadLines, models as text } from "../text/models";
import { AliasesEditor } from "./aliases";
import { RunLink, StageBadge, StatusBadge } from "./badges";
import { StageChoice } from "./stage";

const ArtifactBrowser = lazy(() => import("../artifacts/browser"));

/** The page of a version. */
export default function VersionPage({ place: { path, query } }: ViewProps) {
  const [, name = "", , version = ""] = path;
  return <Version key={`${name}/${version}`} name={name} number={version} query={query} />;
}

function Version({ name, number, query }: { name: string; number: string; query: URLSearchParams }) {
  useTitle(`${name} ${number}`, text.one);
  const found = useResource(`${name}/${number}`, (signal) => fetchVersion(name, number, { signal }));
  const [isDeleting, setDeleting] = useState(false);
  const here = ["models", name, "versions", number];
  const tab = query.get("tab") === "files" ? "files" : "overview";
  const version = found.value;
  if (!version) {
    return found.error ? (
      <Failure error={found.error} retry={found.reload} />
    ) : (
      <p class="view quiet">{common.loading}</p>
    );
  }
  const remove = async () => {
    if (!(await attempt(() => deleteVersion(name, number)))) return;
    tell(text.versionDeleted(number));
    go(href(["models", name]), { replace: true });
  };
  return (
    <div class="model">
      <header class="view-head">
        <nav class="crumbs" aria-label={text.title}>
          <a href={href(["models"])}>{text.title}</a>
          <span class="quiet">/</span>
          <a href={href(["models", name])}>{name}</a>
        </nav>
        <div class="row">
          <h1 tabIndex={-1}>{text.version(number)}</h1>
          <StageBadge stage={version.current_stage} />
          <StatusBadge version={version} />
          <span class="grow" />
          <Menu
            label={text.actions(text.version(number))}
            icon="more"
            class="plain"
            items={[{ label: common.delete, icon: "trash", isDanger: true, onSelect: () => setDeleting(true) }]}
          />
        </div>
        <Tabs
          label={text.version(number)}
          tabs={[
            { id: "overview", label: text.tabs.overview },
            { id: "files", label: text.tabs.files },
          ]}
          current={tab}
          onChange={(id) => go(href(here, id === "files" ? { tab: "files" } : undefined), { replace: true })}
        />
      </header>
      <div class={tab === "files" ? "model-files" : "view-scroll"}>
        <TabPanel id={tab}>
          {tab === "overview" ? (
            <Overview version={version} onChanged={found.reload} />
          ) : (
            <Suspense fallback={<p class="view quiet">{common.loading}</p>}>
              <ArtifactBrowser
                source={{ kind: "version", name, version: number }}
                path={query.get("path") ?? ""}
                onPath={(path) => go(href(here, { tab: "files", ...(path && { path }) }))}
              />
            </Suspense>
          )}
        </TabPanel>
      </div>
      {isDeleting && (
        <Confirm
          title={text.deleteVersionTitle(name, number)}
          text={text.deleteVersionText}
          action={common.delete}
          onConfirm={() => void remove()}
          onClose={() => setDeleting(false)}
        />
      )}
    </div>
  );
}

function Overview({ version, onChanged }: { version: ModelVersion; onChanged: () => void }) {
  const { name, version: number, aliases = [], source, model_id: modelId } = version;
  const change = async (action: Promise<unknown>) => {
    await action;
    onChanged();
  };
  return (
    <div class="model-columns">
      <div>
        <section>
          <h2>{text.description}</h2>
          <Note
            label={text.description}
            text={version.description ?? ""}
            onSave={(written) => change(describeVersion(name, number, written))}
          />
        </section>
        <section>
          <h2>{text.load}</h2>
          <div class="model-code">
            <Code text={loadLines(`models:/${name}/${number}`)} label={text.loadByVersion} />
            {aliases[0] !== undefined && (
              <Code text={loadLines(`models:/${name}@${aliases[0]}`)} label={text.loadByAlias} />
            )}
          </div>
        </section>
      </div>
      <div>
        <section>
          <h2>{text.aliases}</h2>
          <AliasesEditor name={name} version={number} aliases={aliases} onChanged={onChanged} />
        </section>
        <section>
          <h2>{text.columns.tags}</h2>
          <TagsEditor
            tags={byKey(version.tags)}
            onSet={(key, value) => change(setVersionTag(name, number, key, value))}
            onDelete={(key) => change(deleteVersionTag(name, number, key))}
          />
        </section>
        <section>
          <h2>{text.groups.about}</h2>
          <dl class="facts">
            <dt>{text.sourceRun}</dt>
            <dd>
              <RunLink version={version} />
            </dd>
            <dt>{text.createdAt}</dt>
            <dd>
              <Time value={version.creation_timestamp} isAbsolute />
            </dd>
            <dt>{text.changed}</dt>
            <dd>
              <Time value={version.last_updated_timestamp} isAbsolute />
            </dd>
            <dt>{text.stage}</dt>
            <dd>
              <StageChoice version={version} onChanged={onChanged} />
            </dd>
            <dt>{text.status}</dt>
            <dd>
              {text.statuses[version.status ?? "READY"] ?? version.status} {version.status_message}
            </dd>
            {source && (
              <>
                <dt>{text.source}</dt>
                <dd class="mono">
                  {source} <Copy text={source} />
                </dd>
              </>
            )}
            {modelId && source !== `models:/${modelId}` && (
              <>
                <dt>{text.loggedModel}</dt>
                <dd class="mono">
                  {modelId} <Copy text={modelId} />
                </dd>
              </>
            )}
          </dl>
        </section>
      </div>
    </div>
  );
}
