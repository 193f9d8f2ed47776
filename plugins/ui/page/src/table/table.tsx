import type { RunsStore } from "../runs/store";

export function RunsTable({ model }: { model: RunsStore }) {
  const { list } = model.rows.value;
  return (
    <ul>
      {[...list.fetched()].slice(0, 40).map((row) => (
        <li key={row.runId}>{row.name}</li>
      ))}
    </ul>
  );
}
