"""Every process finds the folders of an installation by its path alone."""

import os
from pathlib import Path

import pytest

from govern.parts.home import PROJECT, SOCKET_PATH_LIMIT_BYTES, Home, private_folder
from govern.parts.problem import Problem


def test_default_is_beside_manage_py(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOVERN_HOME")
    assert Home.current().path == PROJECT / ".govern"


def test_a_named_home_is_absolute_and_without_links(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOVERN_HOME", "link/home")
    assert Home.current().path == tmp_path / "real" / "home"


def test_sockets_are_inside_the_home() -> None:
    assert Home(Path("/srv/govern")).sockets("postgres") == Path("/srv/govern/run/postgres")


def test_sockets_of_a_long_path_are_elsewhere_but_always_in_the_same_place() -> None:
    home = Home(Path("/srv") / ("x" * 90))
    folder = home.sockets("postgres")
    assert folder == home.sockets("postgres")
    assert folder != Home(Path("/srv") / ("y" * 90)).sockets("postgres")
    assert len(os.fsencode(folder / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT_BYTES


def test_length_counts_bytes() -> None:
    assert Home(Path("/srv") / ("治" * 30)).sockets("postgres").parent == Path("/tmp")


def test_prepare_creates_private_folders(tmp_path: Path) -> None:
    home = Home(tmp_path / "a" / "home")
    home.prepare()
    home.prepare()
    assert {folder.stat().st_mode & 0o777 for folder in (home.path, home.run, home.logs)} == {0o700}


def test_a_folder_open_to_others_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "sockets"
    folder.mkdir(mode=0o755)
    with pytest.raises(Problem, match="open to others"):
        private_folder(folder, os.geteuid())


def test_a_link_in_place_of_a_private_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "sockets").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Problem, match="belongs to someone else"):
        private_folder(tmp_path / "sockets", os.geteuid())


def test_secret_from_the_environment_wins_and_is_not_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    monkeypatch.setenv("GOVERN_EXAMPLE_KEY", "given")
    assert home.secret("GOVERN_EXAMPLE_KEY") == "given"
    assert not home.path.exists()


def test_secret_is_generated_once_and_kept(tmp_path: Path) -> None:
    first = Home(tmp_path / "home").secret("GOVERN_EXAMPLE_KEY")
    assert Home(tmp_path / "home").secret("GOVERN_EXAMPLE_KEY") == first
    assert (tmp_path / "home" / "secrets" / "example_key").read_text() == first
