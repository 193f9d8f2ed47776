// Controls that choose what of the runs a plot shows.

import { useId } from "preact/hooks";

import type { RunColumns } from "../api/tables";
import { compare, fieldLabel } from "../text/compare";
import { ATTRIBUTES, type Field, type FieldKind, idOf, isMetric } from "./fields";
import type { ScaleKind } from "./scale";
import { withEntry } from "./state";

/** The kinds of fields that a list offers. */
export type Offer = "all" | "numbers" | "metrics" | "groups";

const KINDS: Readonly<Record<Offer, readonly FieldKind[]>> = {
  all: ["param", "latest", "minimum", "maximum", "attribute"],
  numbers: ["param", "latest", "minimum", "maximum"],
  metrics: ["latest", "minimum", "maximum"],
  groups: ["param", "tag", "attribute"],
};

/** Return the fields of a kind that runs have; those that differ first. */
export function fieldsOf(columns: RunColumns, kind: FieldKind): Field[] {
  if (kind === "attribute") return ATTRIBUTES.map((key) => ({ kind, key }));
  const of = kind === "param" ? columns.params : kind === "tag" ? columns.tags : columns.metrics;
  const differing = [...of].sort((a, b) => Number(b.differs) - Number(a.differs));
  return differing.map(({ key }) => ({ kind, key }));
}

/** Chooses a field; `empty` is an entry for none, which has the id "". */
export function FieldSelect(props: {
  label: string;
  columns: RunColumns;
  offer: Offer;
  value: Field | undefined;
  onChange: (id: string) => void;
  empty?: string;
}) {
  const id = useId();
  const kinds = KINDS[props.offer];
  const value = props.value && idOf(props.value);
  const groups = kinds.map((kind) => ({ kind, fields: fieldsOf(props.columns, kind) }));
  const isKnown = value === undefined || groups.some(({ fields }) => fields.some((field) => idOf(field) === value));
  return (
    <span class="choice">
      <label for={id}>{props.label}</label>
      <select id={id} value={value ?? ""} onChange={(event) => props.onChange(event.currentTarget.value)}>
        {(props.empty !== undefined || value === undefined) && <option value="">{props.empty ?? "–"}</option>}
        {!isKnown && props.value && <option value={value}>{fieldLabel(props.value)}</option>}
        {groups.map(
          ({ kind, fields }) =>
            fields.length > 0 && (
              <optgroup key={kind} label={compare.fieldGroups[kind]}>
                {fields.map((field) => (
                  <option key={idOf(field)} value={idOf(field)}>
                    {fieldLabel(field)}
                  </option>
                ))}
              </optgroup>
            ),
        )}
      </select>
    </span>
  );
}

/** Chooses the kind of a field's scale. */
export function ScaleSelect(props: {
  field: Field | undefined;
  scales: Readonly<Record<string, ScaleKind>>;
  onChange: (scales: Readonly<Record<string, ScaleKind>>) => void;
  kinds?: readonly ScaleKind[];
}) {
  const { field, scales } = props;
  if (!field) return null;
  const id = idOf(field);
  const kinds = props.kinds ?? (isMetric(field) ? ["linear", "log"] : ["linear", "log", "category"]);
  return (
    <select
      class="scale"
      aria-label={compare.scaleOf(fieldLabel(field))}
      value={scales[id] ?? ""}
      onChange={(event) => {
        const chosen = kinds.find((kind) => kind === event.currentTarget.value);
        props.onChange(withEntry(scales, id, chosen));
      }}
    >
      <option value="">{compare.scales.auto}</option>
      {kinds.map((kind) => (
        <option key={kind} value={kind}>
          {compare.scales[kind]}
        </option>
      ))}
    </select>
  );
}
