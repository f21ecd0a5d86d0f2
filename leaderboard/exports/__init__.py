"""A board as a file, at the board's own address with another ending: exactly the rows on screen."""

from leaderboard.exports.formats import FORMATS, Export, Format, exports_of
from leaderboard.exports.table import COLUMNS, board_csv, board_parquet, has_parquet, safe_cell

__all__ = [
    "COLUMNS",
    "FORMATS",
    "Export",
    "Format",
    "board_csv",
    "board_parquet",
    "exports_of",
    "has_parquet",
    "safe_cell",
]
