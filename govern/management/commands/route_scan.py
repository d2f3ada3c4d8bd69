"""``manage.py route_scan FILE --out FILE``: which model each prompt of a file would be sent to, and why. Needs no database."""

from __future__ import annotations

import gc
import math
import time
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError

from routing.calibrate import calibrated
from routing.outcome_model import OutcomeModel, OutcomesDamaged, read, shipped
from routing.route_scan import Unreadable, UnreadableOutcomes, read_outcome_rows, scan_lines
from routing.task_model import TasksDamaged
from routing.task_model import shipped as shipped_tasks


class Command(BaseCommand):
    help = 'Chooses a model for each {"id": …, "messages": […]} of a file by recorded outcomes, one result a line.'
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="JSON lines; each may also name its candidates, a list of models")
        parser.add_argument("--out", type=Path, required=True, help="where the results go, one a line")
        parser.add_argument(
            "--willingness", type=_amount, metavar="USD",
            help="what a good answer is worth; without it the cheapest model is taken that is about as good as the best",
        )  # fmt: skip
        parser.add_argument(
            "--calibration", type=Path, metavar="FILE",
            help="recorded outcomes, one a line, of prompts that the predictor has not seen; a hundred of each source do",
        )  # fmt: skip
        parser.add_argument(
            "--predictor", type=Path, metavar="FOLDER", help="another predictor than the one that ships"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            shipped_tasks()
            model = self._model(options["predictor"], options["calibration"])
            self._scan(options["file"], options["out"], model, options["willingness"])
        except (OutcomesDamaged, TasksDamaged) as fault:
            raise CommandError(str(fault)) from None
        except OSError as fault:
            raise CommandError(f"{fault.filename}: {fault.strerror}") from None

    def _model(self, folder: Path | None, calibration: Path | None) -> OutcomeModel:
        model = read(folder) if folder else shipped()
        if calibration is None:
            return model
        with calibration.open("rb") as lines:
            try:
                return calibrated(model, read_outcome_rows(lines))
            except UnreadableOutcomes as fault:
                raise CommandError(f"{calibration}: {fault}") from None

    def _scan(self, file: Path, out: Path, model: OutcomeModel, willingness_usd: float | None) -> None:
        lines = unreadable = 0
        started = time.perf_counter()
        gc.freeze()
        encoder = msgspec.json.Encoder()
        with file.open("rb") as source, out.open("wb") as target:
            for result in scan_lines(source, model, willingness_usd):
                target.write(encoder.encode(result) + b"\n")
                lines += 1
                if isinstance(result, Unreadable):
                    unreadable += 1
                    self.stderr.write(f"line {result.line}: {result.error.message}")
        said = f"; {unreadable} could not be read" if unreadable else ""
        self.stderr.write(f"{lines} lines in {time.perf_counter() - started:.1f} s{said}")


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = -1.0
    if not (math.isfinite(amount) and amount >= 0):
        raise ArgumentTypeError(f"{text} is no amount of US dollars: give a number that is not negative, such as 0.05")
    return amount
