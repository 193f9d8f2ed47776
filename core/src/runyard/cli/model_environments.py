"""The commands of ``runyard models`` that are about a model's own environment."""

from __future__ import annotations

from pathlib import Path

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.errors import note
from runyard.cli.options import json_option
from runyard.cli.output import print_json
from runyard.cli.pairs import pairs
from runyard.models.predicting import CONTENT_TYPES

_uri_option = click.option(
    "-m",
    "--model-uri",
    required=True,
    metavar="URI",
    help="The model: a folder, models:/NAME@ALIAS, runs:/ID/NAME, ...",
)
_manager_option = click.option(
    "--env-manager",
    metavar="NAME",
    help="Who makes the model's environment: virtualenv (by default), uv or conda; local takes the current one as it "
    "is.",
)
_not_needed = click.option("--install-mlflow", is_flag=True, hidden=True, expose_value=False)
_kind = click.Choice(CONTENT_TYPES, case_sensitive=False)


@click.command()
@_uri_option
@click.option(
    "-i", "--input-path", type=click.Path(path_type=Path), metavar="FILE", help="What to predict for; else from stdin."
)
@click.option(
    "-o", "--output-path", type=click.Path(path_type=Path), metavar="FILE", help="Where predictions go; else to stdout."
)
@click.option(
    "-t", "--content-type", type=_kind, help="What the input is; by default what its name ends with, or json."
)
@click.option("--output-type", type=_kind, help="What the output is; by default what its name ends with, or json.")
@_manager_option
@click.option(
    "-r",
    "--pip-requirements-override",
    "overrides",
    multiple=True,
    metavar="LIST",
    help="Requirements that take the place of the model's, with commas between them; may be given several times.",
)
@click.option(
    "--env",
    "variables",
    multiple=True,
    metavar="NAME=VALUE",
    help="An environment variable for the model; may be given several times.",
)
@_not_needed
def predict(
    model_uri: str,
    input_path: Path | None,
    output_path: Path | None,
    content_type: str | None,
    output_type: str | None,
    env_manager: str | None,
    overrides: tuple[str, ...],
    variables: tuple[str, ...],
) -> None:
    """Predict with a model, in its own environment.

    JSON has the forms that the model server takes: {"inputs": ...}, {"dataframe_split": ...} and so on; the answer is
    {"predictions": ...}. CSV and parquet are tables with the columns of the model.

    \b
    Examples:
      runyard models predict -m models:/fraud@champion -i transactions.csv -o predictions.csv
      echo '{"inputs": [[1, 2]]}' | runyard models predict -m ./model --env-manager local
    """  # noqa: D301 - click wants the control character
    from runyard.models.predicting import run_prediction, split_requirements

    code = run_prediction(
        model_uri,
        input_path=input_path,
        content_type=content_type,
        output_path=output_path,
        output_type=output_type,
        env_manager=env_manager,
        requirements=[line for text in overrides for line in split_requirements(text)],
        variables=pairs(variables, "--env"),
    )
    if code:
        click.get_current_context().exit(code)


@click.command("prepare-env")
@_uri_option
@_manager_option
@_not_needed
@json_option
def prepare_env(model_uri: str, env_manager: str | None, as_json: bool) -> None:
    """Make the environment of a model, for `predict` and `serve` to find it, and print its Python."""
    from runyard.models.location import open_model
    from runyard.models.predicting import TOOLS
    from runyard.models.restoring import restore

    folder, model = open_model(model_uri)
    activation = restore(folder, model, env_manager, tools=TOOLS)
    if as_json:
        print_json({"python": activation.python, "variables": dict(activation.variables)})
    else:
        click.echo(activation.python)


@click.command("update-pip-requirements")
@_uri_option
@click.argument("operation", type=click.Choice(("add", "remove")))
@click.argument("requirements", nargs=-1, required=True, metavar="REQUIREMENT...")
@json_option
def update_pip_requirements(model_uri: str, operation: str, requirements: tuple[str, ...], as_json: bool) -> None:
    """Add requirements to a model or remove them, in requirements.txt and conda.yaml alike.

    A requirement that is added takes the place of those of the same name. The model may be a folder, an artifact of a
    run, or a logged model; a registered version stays as it is.

    \b
    Examples:
      runyard models update-pip-requirements -m runs:/4b1c.../model add "pandas==2.3.1" scikit-learn
      runyard models update-pip-requirements -m ./model remove torchvision
    """  # noqa: D301 - click wants the control character
    from runyard.models.updating import update_requirements

    before, after = update_requirements(model_uri, operation, requirements)
    if as_json:
        print_json({"requirements": after})
        return
    for sign, lines, others in (("-", before, after), ("+", after, before)):
        for line in lines:
            if line not in others:
                click.echo(f"{sign} {line}")
    if before == after:
        note("Nothing has changed.")


COMMANDS = (predict, prepare_env, update_pip_requirements)
