"""Makes the pictures of the documentation: ``python -m screenshots [FOLDER]``."""

from __future__ import annotations

import io
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from browsing import address_of, browsing, open_context, page_folder, settle
from runyard import MlflowClient
from runyard_ui.extension import PageExtension
from sample_work import SampleWork, do_sample_work
from serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

IMAGES = Path(__file__).parents[1] / "docs" / "images"
VIEWS = {
    "experiments": "experiments",
    "runs": "runs",
    "charts": "charts",
    "comparison": "comparison",
    "run": "run-overview",
    "artifacts": "artifact-predictions.csv",
    "model": "model",
    "version": "version",
}
"""What each picture shows, of the views of the sample work."""
COLORS = 128
"""As many as a page without photographs needs."""


def main() -> None:
    images = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    images.mkdir(parents=True, exist_ok=True)
    build = page_folder()
    if build is None:
        raise SystemExit("The page has not been built: pip install -e plugins/ui")
    warnings.simplefilter("ignore", FutureWarning)  # the sample has a stage, as older work does
    with tempfile.TemporaryDirectory(prefix="screenshots-") as scratch:
        store, artifacts = f"sqlite:///{scratch}/runs.db", Path(scratch, "artifacts")
        with serving(store, artifacts=artifacts, extensions=[PageExtension(build)]) as address, browsing() as browser:
            work = do_sample_work(MlflowClient(address, address), Path(scratch, "files"))
            for theme in ("light", "dark"):
                context = open_context(browser, is_dark=theme == "dark")
                page = context.new_page()
                for name, view in VIEWS.items():
                    look(page, address, work, view)
                    save(page.screenshot(), images / f"page-{name}-{theme}.png")
                context.close()


def look(page: Page, server: str, work: SampleWork, view: str) -> None:
    """Go to a view and wait until nothing of it moves any longer."""
    path, query = work.views[view]
    page.goto(address_of(server, *path, **query))
    settle(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)


def save(png: bytes, path: Path) -> None:
    """Write a picture with few colours, which makes it small."""
    with Image.open(io.BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
