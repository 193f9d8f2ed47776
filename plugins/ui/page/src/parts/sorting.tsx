import { Icon } from "./icon";

/** What a list is sorted by. */
export interface Order {
  key: string;
  isDescending: boolean;
}

/** Return an order as the server has it. */
export function writeOrder({ key, isDescending }: Order): string {
  return `${key} ${isDescending ? "DESC" : "ASC"}`;
}

/** Return the order that a text stands for, if its key is known. */
export function readOrder(text: string | null, known: readonly string[]): Order | undefined {
  const [key = "", direction] = (text ?? "").split(" ");
  return known.includes(key) ? { key, isDescending: direction === "DESC" } : undefined;
}

/** The head of a column that a list can be sorted by; a second click turns the order round. */
export function SortableHead(props: {
  label: string;
  /** By what the server sorts. */
  by: string;
  order: Order;
  onChange: (order: Order) => void;
  /** Whether large values come first at the first click. */
  isDescendingFirst?: boolean;
  class?: string;
}) {
  const { order, by } = props;
  const isOn = order.key === by;
  const isDescending = isOn ? !order.isDescending : (props.isDescendingFirst ?? false);
  return (
    <th scope="col" class={props.class} aria-sort={isOn ? (order.isDescending ? "descending" : "ascending") : "none"}>
      <button class="plain sort" onClick={() => props.onChange({ key: by, isDescending })}>
        {props.label}
        {isOn && <Icon name={order.isDescending ? "sortDown" : "sortUp"} size={12} />}
      </button>
    </th>
  );
}
