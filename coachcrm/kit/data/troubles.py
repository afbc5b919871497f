"""What keeps the database from its work, told from the errors of both engines; pure."""

from enum import StrEnum

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

# PostgreSQL's serialization failure and deadlock: the same again at once will most likely do.
COLLISIONS = frozenset({"40001", "40P01"})


class Trouble(StrEnum):
    """What heals by itself or by the hand of whoever looks after the machine; in words."""

    FULL = "the disk is full"
    READ_ONLY = "the database can only be read"
    BROKEN = "the disk reports errors"
    MOVED = "the database's file is not in its place"
    CANNOT_OPEN = "the database's file cannot be opened"
    LOCKED = "another program holds the database"
    AWAY = "the database server cannot be reached"
    CROWDED = "the database server has no connection left"


_SQLITE = {
    "SQLITE_FULL": Trouble.FULL,
    "SQLITE_READONLY": Trouble.READ_ONLY,
    "SQLITE_IOERR": Trouble.BROKEN,
    "SQLITE_CANTOPEN": Trouble.CANNOT_OPEN,
    "SQLITE_BUSY": Trouble.LOCKED,
    "SQLITE_LOCKED": Trouble.LOCKED,
}
_POSTGRES: dict[str | None, Trouble] = {
    **dict.fromkeys(COLLISIONS, Trouble.LOCKED),
    "25006": Trouble.READ_ONLY,
    "53100": Trouble.FULL,
    "53300": Trouble.CROWDED,
    "55P03": Trouble.LOCKED,
    "57P01": Trouble.AWAY,
    "57P02": Trouble.AWAY,
    "57P03": Trouble.AWAY,
    "58030": Trouble.BROKEN,
}


def trouble_of(error: BaseException | None) -> Trouble | None:
    """Return what kept the database from its work, or None for an error of another kind."""
    if not isinstance(error, DBAPIError):
        return None
    if error.connection_invalidated:
        return Trouble.AWAY
    if name := getattr(error.orig, "sqlite_errorname", None):
        if name == "SQLITE_READONLY_DBMOVED":
            return Trouble.MOVED
        # The name goes on with the details: SQLITE_IOERR_WRITE.
        return _SQLITE.get("_".join(name.split("_")[:2]))
    state = getattr(error.orig, "sqlstate", None)
    if state is None and isinstance(error, (OperationalError, InterfaceError)):
        # No state at all means that the server could not be reached.
        return Trouble.AWAY
    return _POSTGRES.get(state)


def collided(error: DBAPIError) -> bool:
    """Say whether two transactions of PostgreSQL stood in each other's way."""
    return getattr(error.orig, "sqlstate", None) in COLLISIONS
