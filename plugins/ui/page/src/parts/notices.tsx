import "./parts.css";

import { dismiss, notices } from "../app/notices";
import { common } from "../text/common";

/** What is said at the edge of the page. */
export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map((notice) => (
        <div key={notice.id} class={`notice notice-${notice.kind}`}>
          <span class="grow">{notice.text}</span>
          {notice.action && (
            <button
              onClick={() => {
                dismiss(notice.id);
                notice.action?.call();
              }}
            >
              {notice.action.label}
            </button>
          )}
          <button class="plain" aria-label={common.dismiss} onClick={() => dismiss(notice.id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
