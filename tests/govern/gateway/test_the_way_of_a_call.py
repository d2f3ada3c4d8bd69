"""The folder of the gateway is read like a list: its first words name every file of it, in the order in which a call passes them."""

import re
from pathlib import Path

import govern.gateway

FOLDER = Path(govern.gateway.__file__).parent
SAID = govern.gateway.__doc__ or ""


def test_every_file_and_room_is_named_once() -> None:
    files = [path.name for path in FOLDER.glob("*.py") if path.name != "__init__.py"]
    rooms = [path.parent.name for path in FOLDER.glob("*/__init__.py")]
    assert sorted(re.findall(r"`(\w+\.py)`", SAID)) == sorted(files)
    assert sorted(re.findall(r"`(\w+)/`", SAID)) == sorted(rooms)


def test_the_files_are_numbered_in_one_row() -> None:
    numbers = [int(number) for number in re.findall(r"^(\d+)\. `", SAID, re.M)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 10


def test_the_pipeline_imports_only_what_stands_on_the_way() -> None:
    """A step of a call does not hide in a room: the file that calls the steps finds them all beside itself."""
    pipeline = (FOLDER / "pipeline.py").read_text()
    rooms = {room for _, room in re.findall(r"^(    )?from govern\.gateway\.(\w+)\.", pipeline, re.M)}
    assert rooms <= {"process"}
