"""How long a connection may take over what it is doing (S41, R17); pure."""

from dataclasses import dataclass
from enum import StrEnum

HEAD_S = 10
# A body that has not come by then must come at this pace, and be over by the end in any case.
BODY_S, LEAST_OCTETS_A_SECOND, END_S = 30, 20_000, 600
# Networks deliver in bursts: the pace is not judged before this much time.
BURST_S = 3
# An answer that the other side takes nothing of.
STUCK_S = 60
# Longer than the two minutes for which Caddy keeps a connection: whoever sends the next request
# should be the one who closes, or a form can meet a closing door.
IDLE_S = 130
# Asked to stop: how long a kept connection may bring the request that was on its way, and how long
# one may take that has begun to arrive.
LINGER_S, LAST_WORDS_S = 1, 5


class Doing(StrEnum):
    """What a connection is at; the order is that in which they make room for others."""

    IDLE = "idle"  # kept open between two requests
    NEW = "new"  # nothing has come yet; browsers open some ahead of need
    HEAD = "head"
    BODY = "body"
    TAKING = "taking"  # its answer is on the way
    SERVED = "served"  # a request has wholly come, and waits for a thread or has one


ROOM = (Doing.IDLE, Doing.NEW, Doing.HEAD, Doing.BODY, Doing.TAKING)


@dataclass(frozen=True, slots=True)
class Progress:
    """What a connection is doing, for how many seconds.

    `late_s` and `late_octets` are the time since a body is late and what has come of it since;
    `stuck_s` is the time since the other side last took something of its answer.
    """

    doing: Doing
    for_s: float
    late_s: float = 0
    late_octets: int = 0
    stuck_s: float = 0


def is_over(found: Progress, *, stopping_s: float | None = None) -> bool:
    """Say whether a connection has had its time; `stopping_s` since the server is to stop."""
    match found.doing:
        case Doing.IDLE:
            return found.for_s > IDLE_S or (stopping_s is not None and stopping_s > LINGER_S)
        case Doing.NEW:
            return found.for_s > HEAD_S or (stopping_s is not None and stopping_s > LINGER_S)
        case Doing.HEAD:
            return found.for_s > HEAD_S or (stopping_s is not None and stopping_s > LAST_WORDS_S)
        case Doing.BODY:
            is_slow = (
                found.late_s > BURST_S and found.late_octets < LEAST_OCTETS_A_SECOND * found.late_s
            )
            is_last = stopping_s is not None and stopping_s > LAST_WORDS_S
            return is_slow or is_last or found.for_s > END_S
        case Doing.TAKING:
            return found.stuck_s > STUCK_S or found.for_s > END_S
        case Doing.SERVED:
            return False
