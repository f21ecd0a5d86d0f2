"""Reading members of a zip without trusting it: capped sizes, Zstandard where it is to be had."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any, BinaryIO, Final

from .model import Refusal

MAX_MEMBER: Final = 64 * 1024 * 1024
MAX_MEMBERS: Final = 200_000
ZSTANDARD: Final = 93


def read_member(archive: zipfile.ZipFile, file: BinaryIO, name: str) -> bytes | None:
    """Return a member's bytes, or ``None`` if there is none of that name."""
    if len(archive.infolist()) > MAX_MEMBERS:
        raise Refusal("archive", f"has more than {MAX_MEMBERS} members")
    try:
        info = archive.getinfo(name)
    except KeyError:
        return None
    if info.file_size > MAX_MEMBER:
        raise Refusal(name, f"would unpack to {info.file_size} bytes, more than {MAX_MEMBER}")
    raw = (
        _unzstd(name, _compressed(file, info))
        if info.compress_type == ZSTANDARD
        else _unzipped(archive, info)
    )
    if len(raw) != info.file_size or zlib.crc32(raw) != info.CRC:
        raise Refusal(name, "is damaged: its size or checksum is not what the archive says")
    return raw


def _unzipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(info) as member:
            return member.read(MAX_MEMBER + 1)
    except (NotImplementedError, RuntimeError) as error:
        raise Refusal(info.filename, f"cannot be unpacked: {error}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Refusal(info.filename, f"is damaged: {error}") from error


def _compressed(file: BinaryIO, info: zipfile.ZipInfo) -> bytes:
    """Return the member as it lies in the file, behind its local header."""
    file.seek(info.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise Refusal(info.filename, "has no local header where the archive says it is")
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    file.seek(info.header_offset + 30 + name_length + extra_length)
    return file.read(info.compress_size)


def _unzstd(name: str, raw: bytes) -> bytes:
    decompress = zstandard()
    if decompress is None:
        raise Refusal(
            name,
            "is compressed with Zstandard, which this Python cannot read; "
            "pip install 'alliance-node[zstd]', or write the log as .json with Inspect AI",
        )
    return decompress(raw, name)


def zstandard() -> Callable[[bytes, str], bytes] | None:
    """Return a decompressor from the standard library (3.14) or from ``backports.zstd``."""
    for module in ("compression.zstd", "backports.zstd"):
        try:
            zstd: Any = import_module(module)
        except ImportError:
            continue

        def decompress(raw: bytes, name: str, zstd: Any = zstd) -> bytes:
            try:
                unpacked: bytes = zstd.ZstdDecompressor().decompress(raw, MAX_MEMBER + 1)
            except zstd.ZstdError as error:
                raise Refusal(name, f"is damaged: {error}") from error
            return unpacked

        return decompress
    return None
