"""What somebody else wrote never runs in the page: names, tags, notes, params, keys, artifacts, models."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from playwright.sync_api import expect

from browsing import address_of, settle
from runyard.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from browsing import PageServer, Watch
    from runyard import MlflowClient

# Whatever runs calls this, in the page or in a frame of it; the watch takes what it says on the console for a fault.
TRAP = """
window.injected = () => console.error('INJECTED');
for (const name of ['alert', 'confirm', 'prompt']) window[name] = window.injected;
"""

SCRIPTS = (
    "<script>injected()</script>",
    "<img src=x onerror=injected()>",
    "\"><svg onload='injected()'>",
    "</textarea></style></title><iframe srcdoc='<script>parent.injected()</script>'></iframe>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=injected()&gt;'>",
    "<details open ontoggle=injected()><form action='javascript:injected()'><button autofocus onfocus=injected()>",
    "<a href='javascript:injected()'>link</a><base href='http://elsewhere.invalid/'>",
    "<object data='javascript:injected()'></object><embed src='data:text/html,<script>parent.injected()</script>'>",
    "<link rel=stylesheet href='http://elsewhere.invalid/x.css'>",
    "<meta http-equiv=refresh content='0;javascript:injected()'>",
    "javascript:injected()",
    "${injected()} {{constructor.constructor('injected()')()}}",
)
TEXT = " ".join(SCRIPTS)
LINK = "javascript:injected()//"
KEYS = ("constructor", "__proto__", "toString", "javascript:injected")
"""Names that the protocol lets keys have, and that are more than names to scripts."""

MARKDOWN = f"""\
# {TEXT}

[a link]({LINK}) ![an image]({LINK}) <{LINK}> [ref]

[ref]: {LINK} "title"

```html
{TEXT}
```

{TEXT}

<p style="background: url(http://elsewhere.invalid/y)" id="content" onclick="injected()">styled</p>
![picture](http://elsewhere.invalid/z.png)
"""

SVG = f"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="injected()">
<script>injected()</script><a xlink:href="{LINK}"><text y="20">text</text></a><image href="x" onerror="injected()"/>
<foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="injected()"></body></foreignObject></svg>"""

HTML = f"""<!doctype html><title>t</title><body onload="injected()"><h1>shown</h1>{TEXT}
<script>parent.injected(); top.location = 'http://elsewhere.invalid/'</script></body>"""

PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\);injected\\(\\))>>>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 200 100]/A<</S/URI
/URI(javascript:injected\\(\\))>>>>]>>endobj
xref
0 1
0000000000 65535 f
trailer<</Root 1 0 R/Size 4>>
startxref
9
%%EOF
"""

NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": MARKDOWN},
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": 1,
            "source": TEXT,
            "outputs": [
                {"output_type": "display_data", "metadata": {}, "data": {"text/html": HTML, "image/svg+xml": SVG}},
                {"output_type": "execute_result", "metadata": {}, "data": {"application/javascript": "injected()"}},
                {"output_type": "stream", "name": "stdout", "text": TEXT},
            ],
        },
    ],
}

FILES: dict[str, str | bytes] = {
    "report.html": HTML,
    "report.md": MARKDOWN,
    "drawing.svg": SVG,
    "data.json": json.dumps({TEXT: TEXT, "list": [TEXT, LINK], "__proto__": {"injected": TEXT}}),
    "lines.jsonl": json.dumps({TEXT: TEXT}) + "\n",
    "answers.json": json.dumps({"columns": [TEXT, "b"], "data": [[TEXT, LINK]]}),
    "images.json": json.dumps({"columns": ["i"], "data": [[{"type": "image", "filepath": LINK}]]}),
    "data.csv": f'"{TEXT.replace(chr(34), chr(34) * 2)}",b\n"{LINK}",=cmd()\n',
    "config.yaml": f"a: {json.dumps(TEXT)}\nb: !!js/function 'function () {{ injected() }}'\n__proto__: {{x: 1}}\n",
    "code.py": TEXT,
    "code.js": "injected()",
    "page.xhtml": HTML,
    "text.txt": TEXT,
    "note.ipynb": json.dumps(NOTEBOOK),
    "paper.pdf": PDF,
    "not-a-picture.png": HTML,
    "no-ending": HTML,
    "<img src=x onerror=injected()>.txt": "name",
    "'\"><svg onload=injected()>/inner.txt": "folder",
}

MODEL = f"""\
flavors:
  python_function:
    loader_module: {json.dumps(TEXT)}
    env: {json.dumps(LINK)}
  {json.dumps(TEXT)}: {{a: {json.dumps(LINK)}}}
signature:
  inputs: {json.dumps(json.dumps([{"type": "double", "name": TEXT}]))}
  outputs: {json.dumps(json.dumps([{"type": "string", "name": LINK}]))}
metadata: {{x: {json.dumps(TEXT)}}}
"""

# Scripts, handlers, and addresses that would run something or lead away from the page without a click.
LOOK = """() => {
  const found = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      for (const {name, value} of element.attributes) {
        if (/^on/i.test(name)) found.push(`${element.localName} ${name}=${value}`);
        if (/^(href|src|action|formaction|data|xlink:href|srcdoc|background|poster)$/i.test(name) &&
            /^\\s*(javascript|vbscript|data:text)/i.test(value)) found.push(`${element.localName} ${name}=${value}`);
      }
      if (["script", "object", "embed", "base"].includes(element.localName) &&
          !(element.src ?? "").startsWith(location.origin + "/")) found.push(element.outerHTML);
      if (element.localName === "meta" && element.httpEquiv) found.push(element.outerHTML);
      if (element.localName === "iframe" && !element.hasAttribute("sandbox")) found.push(element.outerHTML);
      if (element.localName === "iframe" && /allow-(scripts|same-origin|top)/.test(element.getAttribute("sandbox")))
        found.push(element.outerHTML);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);
  return found;
}"""


class Poisoned(NamedTuple):
    """What was written by somebody who means harm."""

    experiment_id: str
    run_id: str
    child_id: str
    model: str
    model_id: str


@pytest.fixture(scope="module")
def poisoned(server: PageServer, tmp_path_factory: pytest.TempPathFactory) -> Poisoned:
    from runyard import MlflowClient

    folder = tmp_path_factory.mktemp("poisoned")
    client = MlflowClient(server.address, server.address)
    suffix = uuid.uuid4().hex[:6]
    experiment_id = client.create_experiment(f"{TEXT[:400]}{suffix}")
    client.set_experiment_tag(experiment_id, "mlflow.note.content", MARKDOWN)
    client.set_experiment_tag(experiment_id, "javascript:injected", TEXT)
    run_id = _run(client, experiment_id, {})
    child_id = _run(client, experiment_id, {"mlflow.parentRunId": run_id})
    _log_files(client, run_id, folder / "files")
    name = f"<img src=x onerror=injected()> {{{{injected()}}}} '\"{suffix}"
    client.create_registered_model(name, {"javascript:injected": TEXT}, MARKDOWN)
    logged = client.create_logged_model(experiment_id, "<img src=x onerror=injected()>"[:20].strip("<"), run_id)
    place = folder / "model"
    place.mkdir()
    (place / "MLmodel").write_text(MODEL)
    client.log_model_artifacts(logged.model_id, str(place))
    client.finalize_logged_model(logged.model_id, "READY")
    for _ in range(2):
        client.create_model_version(name, f"models:/{logged.model_id}", run_id, {"t": TEXT}, LINK, MARKDOWN)
    client.set_registered_model_alias(name, "javascript-injected", "1")
    return Poisoned(experiment_id, run_id, child_id, name, logged.model_id)


def _run(client: MlflowClient, experiment_id: str, tags: dict[str, str]) -> str:
    run_id = client.create_run(experiment_id, tags=tags, run_name=TEXT).info.run_id
    client.log_batch(
        run_id,
        [Metric(key, step / 7, 1_700_000_000_000 + step, step) for key in (*KEYS, "loss") for step in range(3)],
        [Param(key, TEXT + run_id) for key in (*KEYS, "lr")],
        [
            RunTag("mlflow.note.content", MARKDOWN),
            RunTag("mlflow.user", TEXT),
            RunTag("mlflow.source.name", LINK),
            RunTag("mlflow.source.git.commit", LINK),
            RunTag("mlflow.source.git.branch", TEXT),
            RunTag("mlflow.source.git.repoURL", LINK),
            RunTag("mlflow.log-model.history", json.dumps([{"artifact_path": TEXT, "flavors": {TEXT: {}}}])),
            *(RunTag(key, TEXT) for key in KEYS),
        ],
    )
    dataset = Dataset(
        name=TEXT[:400],
        digest="<b onclick=injected()>",
        source_type="http",
        source=json.dumps({"url": LINK, "uri": LINK}),
        schema=json.dumps({"mlflow_colspec": [{"name": TEXT, "type": TEXT}]}),
        profile=json.dumps({TEXT: TEXT}),
    )
    client.log_inputs(run_id, [DatasetInput(dataset=dataset, tags=[InputTag("mlflow.data.context", TEXT[:400])])])
    client.set_terminated(run_id)
    return run_id


def _log_files(client: MlflowClient, run_id: str, folder: Path) -> None:
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    client.log_artifacts(run_id, str(folder))


def places(poisoned: Poisoned) -> dict[str, tuple[tuple[str, ...], dict[str, str]]]:
    """Return every view that shows it."""
    experiment = ("experiments", poisoned.experiment_id)
    run = (*experiment, "runs", poisoned.run_id)
    tags = json.dumps([{"kind": kind, "key": key} for key in KEYS for kind in ("tag", "param", "metric")])
    compared = {"runs": f"{poisoned.run_id},{poisoned.child_id}", "experiments": poisoned.experiment_id}
    return {
        "experiments": (("experiments",), {}),
        "table": (experiment, {"mode": "table", "columns": tags}),
        "split": (experiment, {"mode": "split", "nested": "true"}),
        "charts": (experiment, {"mode": "charts", "groupBy": "params.lr"}),
        "comparison": (experiment, {"mode": "compare"}),
        "filter": (experiment, {"filter": f"tags.x = '{TEXT}'"}),
        "state": (experiment, {"charts": TEXT, "compare": TEXT, "groupBy": TEXT, "columns": json.dumps([TEXT])}),
        "compared": (("compare",), compared),
        **{f"run-{tab}": (run, {"tab": tab}) for tab in ("overview", "metrics", "system", "artifacts", "datasets")},
        "models": (("models",), {}),
        "model": (("models", poisoned.model), {}),
        "version": (("models", poisoned.model, "versions", "1"), {}),
        "logged-model": (run, {"tab": "artifacts", "model": poisoned.model_id}),
        "logged-model-file": (run, {"tab": "artifacts", "model": poisoned.model_id, "path": "MLmodel"}),
        "nowhere": ((TEXT, TEXT), {TEXT: TEXT}),
        "no-such-experiment": (("experiments", TEXT), {}),
        "no-such-run": (("experiments", TEXT, "runs", TEXT), {"tab": TEXT, "path": TEXT}),
        "no-such-model": (("models", TEXT), {}),
    }


@pytest.fixture(autouse=True)
def _trapped(page: Page, watch: Watch) -> Iterator[None]:
    page.add_init_script(TRAP)
    # What a browser says when it keeps something from running, and what is asked for where nothing is.
    watch.allow(r"Blocked (script execution|autofocusing) .* because .* frame is sandboxed|Refused to refresh")
    watch.allow(r"status of (400|404)|Indexing all PDF objects")
    # What is taken out of Markdown is parsed first, into a document that is never shown, and reported all the same.
    watch.allow(
        r"(policy violated: (script-src-attr|style-src|base-uri)|Executing|Applying|Setting).*/static/markdown-"
    )
    yield
    assert [fault for fault in watch.faults if "INJECTED" in fault] == []


def check(page: Page) -> None:
    settle(page)
    assert page.evaluate(LOOK) == []


NOWHERE = Poisoned("", "", "", "", "")


@pytest.mark.parametrize("name", sorted(places(NOWHERE)))
def test_view_runs_nothing(page: Page, server: PageServer, poisoned: Poisoned, name: str) -> None:
    path, query = places(poisoned)[name]
    page.goto(address_of(server.address, *path, **query))
    check(page)


@pytest.mark.parametrize("name", sorted(FILES))
def test_artifact_runs_nothing(page: Page, watch: Watch, server: PageServer, poisoned: Poisoned, name: str) -> None:
    if name.endswith(("html", ".md", ".ipynb")):  # a frame asks for what its document names, and is refused
        watch.allow(r"policy violated: (img|style|frame|base|script|media|object)|Content Security Policy|elsewhere")
    run = ("experiments", poisoned.experiment_id, "runs", poisoned.run_id)
    page.goto(address_of(server.address, *run, tab="artifacts", path=name))
    check(page)
    modes = page.get_by_role("main").get_by_role("tab").or_(page.get_by_role("main").get_by_role("radio"))
    for mode in range(modes.count()):
        if modes.nth(mode).is_visible():
            modes.nth(mode).click()
            check(page)


def test_file_opened_by_itself_runs_nothing(page: Page, watch: Watch, server: PageServer, poisoned: Poisoned) -> None:
    watch.allow("Content Security Policy|elsewhere")
    for name in ("report.html", "drawing.svg", "page.xhtml", "code.js"):
        for more in ("", "&sandboxed=true"):
            address = f"{server.address}/get-artifact?run_id={poisoned.run_id}&path={name}{more}"
            page.goto(server.address)
            with page.expect_event("framenavigated" if more and name.endswith(".html") else "download"):
                page.evaluate("(address) => { location.href = address }", address)


def test_names_are_shown_as_they_are(page: Page, server: PageServer, poisoned: Poisoned) -> None:
    page.goto(address_of(server.address, "experiments", poisoned.experiment_id, "runs", poisoned.run_id))
    settle(page)
    expect(page.get_by_role("main")).to_contain_text("<script>injected()</script>")


def test_clicked_links_go_nowhere_else(page: Page, server: PageServer, poisoned: Poisoned) -> None:
    for name, (path, query) in places(poisoned).items():
        page.goto(address_of(server.address, *path, **query))
        settle(page)
        schemes = page.evaluate("[...document.querySelectorAll('a[href]')].map((a) => a.protocol)")
        assert set(schemes) <= {"http:", "https:", "mailto:", "blob:"}, name
        leaving = page.evaluate(
            "[...document.querySelectorAll('a[href^=http]')].filter((a) => a.origin !== location.origin)"
            ".filter((a) => !/noopener|noreferrer/.test(a.rel)).map((a) => a.outerHTML)"
        )
        assert leaving == [], name


def test_script_in_the_address_is_no_script(page: Page, server: PageServer) -> None:
    for place in (f"#{LINK}", f"#/{LINK}", f"?{TEXT}#/experiments", f"#/experiments/0?{TEXT}"):
        page.goto(f"{server.address}/{place}")
        check(page)


def test_page_names_what_it_may_load(page: Page, server: PageServer) -> None:
    replies = {}
    page.on("response", lambda reply: replies.update({reply.url: reply.headers}))
    page.goto(server.address)
    settle(page)
    assert len(replies) > 2
    policy = replies[f"{server.address}/"]["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    for headers in replies.values():
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("frame", ["page", "artifact"])
def test_page_of_another_server_cannot_frame_it(
    page: Page, watch: Watch, server: PageServer, poisoned: Poisoned, frame: str, other_origin: Callable[[str], str]
) -> None:
    watch.allow("frame|refused to connect|X-Frame-Options|leaves|ERR_BLOCKED_BY_RESPONSE")
    framed = "/" if frame == "page" else f"/get-artifact?run_id={poisoned.run_id}&path=report.html&sandboxed=true"
    page.goto(other_origin(f"<iframe src='{server.address}{framed}'></iframe>"))
    page.wait_for_load_state("networkidle")
    (_, inside) = page.frames
    assert inside.locator("#page, h1:text-is('shown')").count() == 0
    expect(inside.locator("body")).to_contain_text("refused to connect")


@pytest.fixture
def other_origin() -> Iterator[Callable[[str], str]]:
    """Serves a document from another port."""
    from serving import serving_application

    shown = {"document": ""}

    async def application(scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] == "http":
            headers = [(b"content-type", b"text/html")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": shown["document"].encode()})
            return
        for event in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{event}.complete"})

    with serving_application(application) as address:

        def show(document: str) -> str:
            shown["document"] = document
            return address

        yield show
