import { useEffect, useRef } from "preact/hooks";

import { common } from "../text/common";

/** A button at the end of a list that reads on, by itself as soon as it is about to be seen. */
export function More(props: { label: string; isLoading: boolean; onMore: () => void }) {
  const { onMore, isLoading } = props;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!button.current || isLoading) return;
    const observer = new IntersectionObserver(
      (seen) => {
        if (seen.some((each) => each.isIntersecting)) onMore();
      },
      { rootMargin: "400px" },
    );
    observer.observe(button.current);
    return () => observer.disconnect();
  }, [onMore, isLoading]);
  return (
    <p class="more">
      <button ref={button} disabled={isLoading} onClick={onMore}>
        {isLoading ? common.loading : props.label}
      </button>
    </p>
  );
}
