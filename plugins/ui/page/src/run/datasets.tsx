import { useMemo } from "preact/hooks";

import { byKey, type Dataset, type Run } from "../api/entities";
import { Code, Copy } from "../parts/copy";
import { Empty } from "../parts/empty";
import { run as text } from "../text/run";
import { CONTEXT, pretty, readDatasetSource, readFields, readSchema, type SchemaField } from "./dataset";
import { type FoundColumn, FoundTable } from "./found-table";

/** What a run read: each dataset with its source, its profile and its schema. */
export default function Datasets({ run }: { run: Run }) {
  const inputs = run.inputs?.dataset_inputs ?? [];
  if (inputs.length === 0) {
    return (
      <Empty title={text.noDatasets} code={text.datasetCode}>
        {text.noDatasetsHint}
      </Empty>
    );
  }
  return (
    <div class="datasets">
      {inputs.map(({ dataset, tags }, i) => (
        <DatasetView key={i} dataset={dataset} tags={byKey(tags)} code={text.loadCode(run.info.run_id, i)} />
      ))}
    </div>
  );
}

function DatasetView(props: { dataset: Dataset; tags: Readonly<Record<string, string>>; code: string }) {
  const { dataset, tags, code } = props;
  const source = readDatasetSource(dataset);
  const others = Object.entries(tags).filter(([key]) => key !== CONTEXT);
  return (
    <article class="dataset" aria-label={dataset.name}>
      <div class="row">
        <h2>{dataset.name}</h2>
        {tags[CONTEXT] && <span class="badge accent">{tags[CONTEXT]}</span>}
      </div>
      <div class="dataset-parts">
        <div>
          <dl class="facts">
            <dt>{text.digest}</dt>
            <dd>
              <span class="mono">{dataset.digest}</span>
              <Copy text={dataset.digest} label={text.copyOf(text.digest)} />
            </dd>
            <dt>{text.sourceType}</dt>
            <dd>{dataset.source_type}</dd>
            {source.place !== undefined && (
              <>
                <dt>{text.source}</dt>
                <dd>
                  {source.link === undefined ? (
                    <span class="mono">{source.place}</span>
                  ) : (
                    <a href={source.link} target="_blank" rel="noreferrer noopener">
                      {source.place}
                    </a>
                  )}
                  <Copy text={source.place} label={text.copyOf(text.source)} />
                </dd>
              </>
            )}
            {others.map(([key, value]) => (
              <Fact key={key} name={key} value={value} />
            ))}
          </dl>
          <Known title={text.source} text={dataset.source} hidden={source.place} />
          <Known title={text.profile} text={dataset.profile} none={text.noProfile} />
          {source.isLoadable && (
            <>
              <h3>{text.loadDataset}</h3>
              <Code text={code} label={text.loadDataset} />
            </>
          )}
        </div>
        <Schema dataset={dataset} />
      </div>
    </article>
  );
}

/** JSON as facts where it is an object, and as it is otherwise; the fact that is told elsewhere is left out. */
function Known(props: { title: string; text: string | undefined; none?: string; hidden?: string | undefined }) {
  const fields = readFields(props.text)?.filter(([, value]) => value !== props.hidden);
  if (fields?.length === 0 || (!props.text && props.none === undefined)) return null;
  return (
    <>
      <h3>{props.title}</h3>
      {!props.text ? (
        <p class="quiet">{props.none}</p>
      ) : fields ? (
        <dl class="facts">
          {fields.map(([key, value]) => (
            <Fact key={key} name={key} value={value} />
          ))}
        </dl>
      ) : (
        <pre class="long-text">{pretty(props.text)}</pre>
      )}
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd class="mono">{value}</dd>
    </>
  );
}

function Schema({ dataset }: { dataset: Dataset }) {
  const fields = useMemo(() => readSchema(dataset.schema), [dataset.schema]);
  if (!fields) {
    return (
      <div>
        <h3>{text.schema}</h3>
        {dataset.schema ? <pre class="long-text">{pretty(dataset.schema)}</pre> : <p class="quiet">{text.noSchema}</p>}
      </div>
    );
  }
  return (
    <FoundTable
      title={text.schema}
      label={text.schemaOf(dataset.name)}
      level={3}
      rows={fields}
      columns={fields.some((field) => field.part !== undefined) ? [...COLUMNS, PART] : COLUMNS}
      rowKey={keyOf}
      searchLabel={text.searchFields}
      searched={({ name, type }) => `${name}\n${type}`}
      empty={text.noSchema}
    />
  );
}

const keyOf = ({ name, part }: SchemaField) => `${part ?? ""} ${name}`;
const COLUMNS: readonly FoundColumn<SchemaField>[] = [
  { id: "name", label: text.column, cell: ({ name }) => name, text: ({ name }) => name, sort: ({ name }) => name },
  {
    id: "type",
    label: text.type,
    cell: ({ type, isOptional }) => (
      <>
        <span class="mono">{type}</span> {isOptional && <span class="quiet">{text.optional}</span>}
      </>
    ),
    text: ({ type }) => type,
    sort: ({ type }) => type,
  },
];
const PART: FoundColumn<SchemaField> = {
  id: "part",
  label: text.part,
  cell: ({ part }) => part,
  text: ({ part }) => part ?? "",
  sort: ({ part }) => part ?? null,
};
