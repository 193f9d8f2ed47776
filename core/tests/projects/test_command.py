"""Commands: values arrive as data, wherever the author put them."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runyard.errors import InvalidInput
from runyard.projects.command import Command

HOSTILE = [
    "plain",
    "",
    "two words",
    "it's",
    '"quoted"',
    "a'b\"c",
    "$(touch broken)",
    "`touch broken`",
    "; touch broken",
    "&& touch broken",
    "| touch broken",
    "> broken",
    "${HOME}",
    "$HOME",
    "line\nbreak; touch broken",
    "\\",
    "\\'; touch broken; '",
    "' ; touch broken ; '",
    '" ; touch broken ; "',
    "*",
    "~",
    "#comment",
    "-n",
    "{x}",
    "é中🐍",
    "!!",
    "a\\",
    "\t",
]

TEMPLATES = {
    "{x}": "{}",
    "--x={x}": "--x={}",
    "'{x}'": "{}",
    '"{x}"': "{}",
    "'a {x} b'": "a {} b",
    '"a {x} b"': "a {} b",
    "a'b'{x}\"c\"": "ab{}c",
    '"it\'s {x}"': "it's {}",
    "'say \"{x}\"'": 'say "{}"',
    '"$(printf a)"{x}': "a{}",
    '"\\"{x}\\""': '"{}"',
    '"`printf b`{x}"': "b{}",
    '"${{MISSING-}}{x}"': "{}",
    '"$(printf %s {x})"': "{}",
    '"$(printf \'%s\' "{x}")"': "{}",
}


def arguments(command: str, folder: str) -> list[str]:
    """Return the arguments of the last command as a program gets them."""
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]


needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="commands are run by bash")


@needs_bash
@pytest.mark.parametrize("template", TEMPLATES)
def test_value_arrives_as_data_in_every_place(template: str, tmp_path) -> None:
    command = Command("printf '%s\\0' " + template)
    lines = [command.format({"x": value}, {}) for value in HOSTILE]
    got = arguments("\n".join(lines), str(tmp_path))
    expected = [TEMPLATES[template].replace("{}", value, 1) for value in HOSTILE]
    if "$(printf %s" in template or "$(printf '%s'" in template:  # a shell drops line ends of what it substitutes
        expected = [text.rstrip("\n") for text in expected]
    assert got == expected
    assert not (tmp_path / "broken").exists()


@needs_bash
@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=6, max_size=6))
def test_any_text_arrives(tmp_path_factory, values: list[str]) -> None:
    names = "abcdef"
    command = Command('printf \'%s\\0\' {a} \'{b}\' "{c}" x{d}y "$(:){e}" "it\'s {f}"')
    got = arguments(command.format(dict(zip(names, values, strict=True)), {}), str(tmp_path_factory.getbasetemp()))
    a, b, c, d, e, f = values
    assert got == [a, b, c, f"x{d}y", e, f"it's {f}"]


@needs_bash
def test_undeclared_values_follow_as_options(tmp_path) -> None:
    command = Command("printf '%s\\0' {x}\n  ")
    text = command.format({"x": "1"}, {"alpha beta": "$(touch broken)", "n": "2"})
    assert arguments(text, str(tmp_path)) == ["1", "--alpha beta", "$(touch broken)", "--n", "2"]
    assert not (tmp_path / "broken").exists()


def test_safe_values_stay_as_they_are() -> None:
    command = Command('train --lr {lr} --name "run {name}"')
    assert command.format({"lr": "0.5", "name": "a"}, {"k": "v"}) == 'train --lr 0.5 --name "run a" --k v'


def test_braces_that_stay() -> None:
    command = Command("f() {{ echo ${{HOME}}; }}; f {x}")
    assert command.names == ["x"]
    assert command.format({"x": "1"}, {}) == "f() { echo ${HOME}; }; f 1"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("echo `cat {x}`", "backticks"),
        ('echo "`cat {x}`"', "backticks"),
        ("echo $'{x}'", r"\$'\.\.\.'"),
        ("echo ${x}", r"right after a '\$'"),
        ('echo "${x}"', r"right after a '\$'"),
        ("echo ${{a:-{x}}}", r"inside \$\{\.\.\.\}"),
        (r"echo \{x}", "backslash"),
        (r'echo "\{x}"', "backslash"),
        ("echo $(({x} + 1))", "arithmetic"),
        ("(( {x} > 1 )) && train", "arithmetic"),
        ("train # with {x}", "a comment"),
        ("cat <<END\n{x}\nEND", "here-document"),
        ('echo "{x}', "does not close"),
        ("echo '{x}", "does not close"),
        ("echo $(cat {x}", "does not close"),
        ('echo "$(case a in a) echo b;; esac; echo {x})"', "case"),
        ("echo `it's` {x}", "inside backticks"),
        ("echo ${{a:-'}} {x}", "inside"),
        ("echo {x", "no partner"),
        ("echo {x} }", "no partner"),
        ("echo {{{x}", ""),
    ],
)
def test_places_where_a_value_could_become_code(template: str, words: str) -> None:
    if not words:
        assert Command(template).names == ["x"]
        return
    with pytest.raises(InvalidInput, match=words):
        Command(template)


def test_commands_without_places_may_hold_anything() -> None:
    for template in ("cat <<END\ntext\nEND", "echo $((1 + 2))", "echo `it's`", "echo 'open", "train # all of it"):
        assert Command(template).format({}, {}) == template


@pytest.mark.parametrize("template", ["train # all of it", "cat <<END\ntext\nEND", "echo 'open", "echo \\"])
def test_nothing_is_added_where_it_would_not_be_an_argument(template: str) -> None:
    with pytest.raises(InvalidInput, match="nothing can be added"):
        Command(template).format({}, {"x": "1"})


def test_comments_do_not_confuse() -> None:
    command = Command("# don't worry\ntrain a#b ${{#x}} {x}")
    assert command.format({"x": "a b"}, {}).endswith("'a b'")
