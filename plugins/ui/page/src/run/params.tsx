import type { Pair } from "../api/entities";
import { common } from "../text/common";
import { run as text } from "../text/run";
import { sortable } from "./find";
import { type FoundColumn, FoundTable } from "./found-table";
import { LongText } from "./long-text";

const COLUMNS: readonly FoundColumn<Pair>[] = [
  { id: "key", label: common.key, cell: ({ key }) => key, text: ({ key }) => key, sort: ({ key }) => key },
  {
    id: "value",
    label: common.value,
    cell: ({ value }) => <LongText value={value} />,
    text: ({ value }) => value,
    sort: ({ value }) => sortable(value),
  },
];

/** The params of a run. */
export function Params({ params }: { params: readonly Pair[] }) {
  return (
    <FoundTable
      title={text.params}
      level={2}
      rows={params}
      columns={COLUMNS}
      rowKey={({ key }) => key}
      searchLabel={text.searchParams}
      searched={({ key, value }) => `${key}\n${value}`}
      copied={({ value }) => value}
      empty={text.noParams}
    />
  );
}
