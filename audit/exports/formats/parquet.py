"""Parquet: columns with types, a row group for so many rows that memory stays flat. The body is a text of JSON."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from audit.exports.event_row import NAMES, EventRow
from audit.exports.formats import Context, Format

_NUMBERS = {"seq": pa.int64(), "status": pa.int16(), "cost_nano_usd": pa.int64(), "revision": pa.int32()}
SCHEMA = pa.schema(
    [
        pa.field(
            name,
            pa.timestamp("us", tz="UTC") if name == "at" else _NUMBERS.get(name, pa.string()),
            nullable=name not in {"seq", "id", "at", "type", "body"},
        )
        for name in NAMES
    ]
)
_GROUP_ROWS = 20_000
_GROUP_BYTES = 32 << 20


class _Columns:
    def __init__(self, path: Path, _context: Context) -> None:
        self._writer = pq.ParquetWriter(path, SCHEMA, compression="zstd", store_schema=False)
        self._rows: list[EventRow] = []
        self._bytes = 0

    def write(self, row: EventRow) -> None:
        self._rows.append(row)
        self._bytes += len(row.body)
        if len(self._rows) >= _GROUP_ROWS or self._bytes >= _GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        columns = list(zip(*self._rows, strict=True))
        self._rows, self._bytes = [], 0
        arrays = [
            pa.array([value.decode() for value in column] if name == "body" else column, type=SCHEMA.field(name).type)
            for name, column in zip(NAMES, columns, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=SCHEMA))

    def close(self) -> dict[str, Any]:
        if self._rows:
            self._flush()
        self._writer.close()
        return {}


FORMAT = Format("parquet", "Parquet", "parquet", False, _Columns)
