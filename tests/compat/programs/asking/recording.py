"""Questions by which runs record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asking.questions import Question, get, oddly, post, wrongly
from asking.runs import UNKNOWN

RUN, ODD = "$recorder", "$odd_recorder"
KEYS = ("", "x" * 250, "x" * 251, "a//b", "../a", "/a", "a/", ".", "a\nb", "a b:c.d-e/f", "ä", "a?b", "a%2f")
DATASET = {"name": "d", "digest": "1", "source_type": "local", "source": "{}", "schema": "{}", "profile": "{}"}


def metrics(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"key": "m", "value": number, "timestamp": number, "step": number, **more} for number in range(count)]


def pairs(count: int, prefix: str) -> list[dict[str, str]]:
    return [{"key": f"{prefix}{number}", "value": str(number)} for number in range(count)]


def questions() -> Iterator[Question]:
    yield post("experiments/create", "experiment", {"records": "experiment_id"}, name="records")
    yield post("runs/create", "run", {"recorder": "run.info.run_id"}, experiment_id="$records", run_name="recorder")
    yield post("runs/create", "odd run", {"odd_recorder": "run.info.run_id"}, experiment_id="$records", run_name="odd")
    yield from _metrics()
    yield from _params_and_tags()
    yield from _batches()
    yield get("runs/get", "all of it", run_id=RUN)
    yield from _inputs()


def _metrics() -> Iterator[Question]:
    metric = {"run_id": RUN, "key": "k", "value": 0.5, "timestamp": 1_600_000_000_000, "step": 3}
    yield post("runs/log-metric", "metric", **metric)
    metric["run_id"] = ODD
    yield from wrongly(post("runs/log-metric", "metric", **metric))
    yield from oddly(post("runs/log-metric", "metric", **metric))
    for value in ("NaN", "Infinity", "-Infinity", "0.25", "nan", "inf", "1e3", 5, 0, -0.0, 1e308, "", " 1"):
        yield post("runs/log-metric", f"value {value!r}", **{**metric, "key": f"value {value}".strip(), "value": value})
    for name in ("step", "timestamp"):
        for value in ("5", 5.0, 1.5, -1, 2**63 - 1, 2**63, "-5", "", "x"):
            yield post(
                "runs/log-metric", f"{name} {value!r}", **{**metric, "key": f"{name} {value}".strip(), name: value}
            )
    for word in (b"NaN", b"Infinity", b"1e999"):
        raw = b'{"run_id": "x", "key": "k", "timestamp": 1, "value": %s}' % word
        yield Question(f"bare {word.decode()}", "POST", "runs/log-metric", raw=raw)
    for key in KEYS:
        yield post("runs/log-metric", f"metric key {key[:9]!r} {len(key)}", **{**metric, "key": key})
    yield post("runs/log-metric", "metric by the old name", run_uuid=RUN, key="old", value=1, timestamp=1)
    yield post("runs/log-metric", "metric of an unknown run", **{**metric, "run_id": UNKNOWN})
    yield post("runs/log-metric", "metric of a dataset", **metric, dataset_name="d", dataset_digest="1")


def _params_and_tags() -> Iterator[Question]:
    for path, word in (("runs/log-parameter", "param"), ("runs/set-tag", "tag")):
        yield post(path, word, run_id=RUN, key="k", value="v")
        yield from wrongly(post(path, word, run_id=ODD, key="$new", value="v"))
        yield from oddly(post(path, word, run_id=ODD, key="$new", value="v"))
        for key in KEYS:
            yield post(path, f"{word} key {key[:9]!r} {len(key)}", run_id=ODD, key=key, value="v")
        yield post(path, f"{word} again", run_id=RUN, key="k", value="v")
        yield post(path, f"{word} otherwise", run_id=RUN, key="k", value="w")
        yield post(path, f"{word} too long", run_id=RUN, key="long", value="x" * 8001)
        yield post(path, f"{word} of an unknown run", run_id=UNKNOWN, key="k", value="v")
        yield post(path, f"{word} by the old name", run_uuid=ODD, key="old", value="v")
    untag = post("runs/delete-tag", "untag", run_id=RUN, key="k")
    yield from wrongly(untag)
    yield untag
    yield post("runs/delete-tag", "untag again", run_id=RUN, key="k")
    yield post("runs/delete-tag", "untag of an unknown run", run_id=UNKNOWN, key="k")


def _batches() -> Iterator[Question]:
    whole = {"run_id": ODD, "metrics": metrics(2), "params": pairs(2, "bp"), "tags": pairs(2, "bt")}
    yield post("runs/log-batch", "batch", **{**whole, "run_id": RUN})
    yield from wrongly(post("runs/log-batch", "batch", **whole))
    yield from oddly(post("runs/log-batch", "batch", **whole))
    yield post("runs/log-batch", "batch of nothing", run_id=ODD)
    yield post("runs/log-batch", "batch of an unknown run", **{**whole, "run_id": UNKNOWN})
    for kind, many in (("metrics", metrics(1001)), ("params", pairs(101, "mp")), ("tags", pairs(101, "mt"))):
        yield post("runs/log-batch", f"too many {kind}", run_id=ODD, **{kind: many})
    yield post("runs/log-batch", "too many together", run_id=ODD, metrics=metrics(950), params=pairs(51, "tp"))
    yield post("runs/log-batch", "most metrics", run_id=RUN, metrics=metrics(1000))
    for name in ("key", "value", "timestamp", "step"):
        [point] = metrics(1)
        yield post(
            "runs/log-batch", f"point without {name}", run_id=ODD, metrics=[{k: point[k] for k in point if k != name}]
        )
        for value in ("x", None, True, [], -1, "NaN"):
            yield post(
                "runs/log-batch", f"point with {value!r} for {name}", run_id=ODD, metrics=[{**point, name: value}]
            )
    for kind in ("params", "tags"):
        yield post("runs/log-batch", f"{kind} without key", run_id=ODD, **{kind: [{"value": "1"}]})
        yield post("runs/log-batch", f"{kind} without value", run_id=ODD, **{kind: [{"key": f"no value {kind}"}]})
        yield post(
            "runs/log-batch", f"{kind} with a number", run_id=ODD, **{kind: [{"key": f"number {kind}", "value": 5}]}
        )
        yield post("runs/log-batch", f"{kind} of texts", run_id=ODD, **{kind: ["a"]})
        two = [{"key": f"two {kind}", "value": "1"}, {"key": f"two {kind}", "value": "2"}]
        yield post("runs/log-batch", f"{kind} twice", run_id=ODD, **{kind: two})
        yield post("runs/log-batch", f"{kind} with a bad key", run_id=ODD, **{kind: [{"key": "a//b", "value": "1"}]})
    yield post("runs/log-batch", "another value", run_id=RUN, params=[{"key": "bp0", "value": "other"}])


def _inputs() -> Iterator[Question]:
    datasets = [{"dataset": DATASET, "tags": [{"key": "mlflow.data.context", "value": "train"}]}]
    yield post("runs/log-inputs", "inputs", run_id=RUN, datasets=datasets)
    yield from wrongly(post("runs/log-inputs", "inputs", run_id=ODD, datasets=datasets))
    yield post("runs/log-inputs", "inputs of nothing", run_id=RUN)
    yield post("runs/log-inputs", "inputs of an unknown run", run_id=UNKNOWN, datasets=datasets)
    for name in DATASET:
        some = {key: value for key, value in DATASET.items() if key != name}
        yield post(
            "runs/log-inputs", f"dataset without {name}", run_id=ODD, datasets=[{"dataset": {**some, "digest": name}}]
        )
    for name, most in (("name", 500), ("digest", 36)):
        long = {**DATASET, name: "x" * (most + 1)}
        yield post("runs/log-inputs", f"dataset with a long {name}", run_id=RUN, datasets=[{"dataset": long}])
    yield post("runs/log-inputs", "dataset that is none", run_id=ODD, datasets=[{"tags": []}])
    yield get("runs/get", "inputs read", run_id=RUN)
    yield from wrongly(post("runs/outputs", "outputs", run_id=RUN, models=[{"model_id": "m-" + UNKNOWN, "step": 1}]))
    yield post("runs/outputs", "outputs of an unknown run", run_id=UNKNOWN, models=[{"model_id": "m-" + UNKNOWN}])
    text = '{"artifact_path": "model", "flavors": {}, "utc_time_created": "x", "run_id": "y"}'
    yield from wrongly(post("runs/log-model", "model", run_id=RUN, model_json=text))
    yield post("runs/log-model", "model", run_id=RUN, model_json=text)
    yield post("runs/log-model", "model with less", run_id=RUN, model_json='{"artifact_path": "model"}')
    yield post("runs/log-model", "model of an unknown run", run_id=UNKNOWN, model_json=text)
