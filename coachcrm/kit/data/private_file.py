"""Small files of ours: whole or not at all, for their owner alone (S71)."""

import os
import secrets
from pathlib import Path


def write(path: Path, words: str) -> None:
    """Write `words` to a file, in the place of what was there. Raises OSError."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "w") as file:
            file.write(words)
            file.flush()
            os.fsync(number)
        give_to_owner(draft)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def give_to_owner(path: Path, *, of: Path | None = None) -> None:
    """Let a file belong to whom its folder, or the folder `of`, belongs to. Raises OSError.

    A command that root has run beside a server of another user must not lock that one out.
    """
    if os.geteuid() == 0:
        owner = (of or path.parent).stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def sync_folder(folder: Path) -> None:
    """Let a power cut find the files of a folder under the names that they have now."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
