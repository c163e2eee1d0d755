"""Archives that are the same to the byte whenever they are made of the same files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping

MOMENT = (1980, 1, 1, 0, 0, 0)
"""The date of every file: the first that an archive can hold."""


def zipped(files: Mapping[str, bytes], programs: Collection[str] = ()) -> bytes:
    """A zip of some files, by name, those among `programs` with leave to be run."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whatever this machine is: the permissions are its
            entry.external_attr = (0o755 if name in programs else 0o644) << 16
            archive.writestr(entry, data)
    return content.getvalue()
