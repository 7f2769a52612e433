"""Commands: what all accept, what their help shows."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pipeline.cli.options import command
from pipeline.cli.settings import Settings, available_jobs

Seen = list[tuple[Settings, dict[str, object]]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder deep in a project, which is the current one."""
    (tmp_path / "release.yaml").write_text("")
    (tmp_path / "recipes" / "app").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "recipes" / "app")
    return tmp_path


@pytest.fixture
def seen() -> Seen:
    """The settings and arguments that the command was called with."""
    return []


@pytest.fixture
def group(project: Path, seen: Seen) -> click.Group:
    @click.group()
    def cli() -> None:
        pass

    @command(cli, "jobs", name="do-it", examples={"": "all of it", "a --jobs 1": "slowly"})
    @click.argument("name", default="none")
    @click.option("--own", is_flag=True, help="Its own.")
    def _(settings: Settings, **given: object) -> int:
        """Do something."""
        seen.append((settings, given))
        return 7

    return cli


def test_a_function_is_called_with_settings_and_its_own_arguments(
    group: click.Group, seen: Seen, project: Path
) -> None:
    assert CliRunner().invoke(group, ["do-it", "a", "--own"], standalone_mode=False).return_value == 7
    ((settings, given),) = seen
    assert given == {"name": "a", "own": True}
    assert settings == Settings(root=project)
    assert (settings.engine, settings.jobs, settings.targets) == ("auto", available_jobs(), ())


def test_every_command_accepts_every_common_option(group: click.Group, seen: Seen, tmp_path: Path) -> None:
    words = ["-t", "a", "-t", "b", "--keep-going", "--engine", "docker", "-j", "3", "-v", "--json"]
    there = ["--project", str(tmp_path / "recipes")]
    CliRunner().invoke(group, ["do-it", *words, *there], standalone_mode=False)
    ((settings, _),) = seen
    assert settings == Settings(
        root=tmp_path,
        engine="docker",
        jobs=3,
        targets=("a", "b"),
        keep_going=True,
        json=True,
        verbose=True,
    )


@pytest.mark.parametrize("words", [["--jobs", "0"], ["--jobs", "1025"], ["--engine", "chroot"], ["--taget", "a"]])
def test_a_wrong_option_is_refused(group: click.Group, seen: Seen, words: list[str]) -> None:
    assert CliRunner().invoke(group, ["do-it", *words]).exit_code == 2
    assert seen == []


def test_help_shows_what_changes_something_and_its_own_options_first(group: click.Group) -> None:
    shown = CliRunner().invoke(group, ["do-it", "--help"]).output
    assert "--engine" not in shown
    places = [shown.index(option) for option in ("--own", "--jobs", "--json", "--project", "--help")]
    assert places == sorted(places)


def test_help_ends_with_examples_that_can_be_pasted(group: click.Group) -> None:
    shown = CliRunner().invoke(group, ["do-it", "--help"], prog_name="python -m pipeline").output
    examples = " ".join(shown.partition("Examples:")[2].split())
    assert examples == "python -m pipeline do-it all of it python -m pipeline do-it a --jobs 1 slowly"
