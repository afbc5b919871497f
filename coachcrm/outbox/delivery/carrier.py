"""What letters are given to, and how it tells that one did not leave; the carrier of files."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from coachcrm.outbox.core.retry import Outcome


class Sendable(Protocol):
    """What a carrier must know of a letter."""

    @property
    def sender(self) -> str:
        """The envelope's sender."""
        ...

    @property
    def recipient(self) -> str:
        """The envelope's one recipient."""
        ...

    @property
    def message_id(self) -> str:
        """The letter's name, which stays the same at each try."""
        ...

    @property
    def octets(self) -> bytes:
        """The letter."""
        ...


class Blame(StrEnum):
    """What it was that a letter did not leave for."""

    LETTER = "letter"  # the server took part and said no to this one
    SERVER = "server"  # no other letter would have left either
    UNCLEAR = "unclear"  # the conversation broke off over this letter; the next one will tell


class Undelivered(Exception):  # noqa: N818 - an outcome, told to the retry rule
    """A letter did not leave: why, in a sentence, what that means, and what was to blame."""

    def __init__(
        self, trouble: str, *, blame: Blame = Blame.LETTER, outcome: Outcome = Outcome.AGAIN
    ) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.blame = blame
        self.outcome = outcome


class Carrier(Protocol):
    """Something that letters can be given to."""

    def deliver(self, letter: Sendable) -> None:
        """Take one letter; raises `Undelivered`."""
        ...


class FolderCarrier:
    """Keeps each letter as an `.eml` file, which any mail program opens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, letter: Sendable) -> None:
        """Write the file whole or not at all; the same letter again is the same file."""
        name = letter.message_id.strip("<>").partition("@")[0]
        target = self._folder / f"{name}.eml"
        draft = target.with_suffix(".part")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(letter.octets)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        except OSError as error:
            trouble = f"The folder for letters cannot be written ({error.strerror})."
            raise Undelivered(trouble, blame=Blame.SERVER) from error
