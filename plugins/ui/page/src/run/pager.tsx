import { Icon } from "../parts/icon";
import { run as text } from "../text/run";

/** Leads from page to page; there is none where there is one page. */
export function Pager({ page, pages, onPage }: { page: number; pages: number; onPage: (page: number) => void }) {
  if (pages < 2) return null;
  return (
    <div class="row pager">
      <button class="small" aria-label={text.previousPage} disabled={page === 0} onClick={() => onPage(page - 1)}>
        <Icon name="chevronLeft" size={12} />
      </button>
      <span aria-live="polite">{text.page(page + 1, pages)}</span>
      <button class="small" aria-label={text.nextPage} disabled={page >= pages - 1} onClick={() => onPage(page + 1)}>
        <Icon name="chevronRight" size={12} />
      </button>
    </div>
  );
}
