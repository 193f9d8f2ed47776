import { cardText } from "../../text/artifacts";
import type { Field, Signature } from "./mlmodel";

/** Shows what a model takes and gives. */
export function SignatureTables({ signature }: { signature: Signature }) {
  return (
    <div class="signature">
      {(["inputs", "outputs", "params"] as const).map((part) => {
        const fields = signature[part];
        return fields?.length ? <Fields key={part} name={cardText[part]} fields={fields} /> : null;
      })}
    </div>
  );
}

function Fields({ name, fields }: { name: string; fields: readonly Field[] }) {
  const hasShapes = fields.some((field) => field.shape);
  const hasDefaults = fields.some((field) => field.initial !== undefined);
  return (
    <table class="plain">
      <caption>
        {name} <span class="quiet">({fields.length})</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">{cardText.column}</th>
          <th scope="col">{cardText.type}</th>
          {hasShapes && <th scope="col">{cardText.shape}</th>}
          {hasDefaults && <th scope="col">{cardText.default}</th>}
        </tr>
      </thead>
      <tbody>
        {fields.map((field, i) => (
          <tr key={i}>
            <th scope="row" class="mono">
              {field.name || <span class="quiet">{cardText.unnamed}</span>}
            </th>
            <td class="mono">
              {field.type} {!field.isRequired && <span class="quiet">{cardText.optional}</span>}
            </td>
            {hasShapes && <td class="mono">{field.shape}</td>}
            {hasDefaults && <td class="mono">{field.initial}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
