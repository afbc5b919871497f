"""Asking which version of the offer is the present one, as fast as can be.

The database's triggers raise `practice_version` and `bookings_version` with every change that could
matter, by whomever; whatever was made of a version is right until the version moves.
"""

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

ASKED = "SELECT id, practice_version, bookings_version FROM coach"
Versions = tuple[int, int, int]


def versions(engine: Engine) -> Versions | None:
    """Return the coach's id and the two versions; None before the coach is set up, or in trouble.

    Without a session and its transaction, which take longer than all the rest of a kept page; what
    the trouble is says whoever then asks with one.
    """
    connection = None
    try:
        connection = engine.raw_connection()
        cursor = connection.cursor()
        cursor.execute(ASKED)
        row = cursor.fetchone()
        cursor.close()
    except (engine.dialect.loaded_dbapi.Error, SQLAlchemyError):
        return None
    finally:
        if connection is not None:
            connection.close()
    return tuple(row) if row else None
