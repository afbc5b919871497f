"""Pictures are read and drawn in a child process, which may take only so much and for so long.

A file that somebody sends can be made to use up a machine, and the libraries that read pictures
have had their holes. The child gets its job on one line and the file after it, and answers with
one line; it knows no database and no secret, and what it takes beyond its share ends it alone.
"""

import base64
import json
import resource
import subprocess
import sys
from contextlib import suppress
from typing import Any

import structlog

from coachcrm.bookings.offer.core.photo import MIDDLE, NotAPhoto, Why

log = structlog.get_logger()

# A photo of 50 megapixels takes a quarter of this memory, and a few seconds.
MOST_MEMORY = 1024**3
MOST_CPU_S, MOST_S = 20, 40


def photo(octets: bytes, *, at: int = MIDDLE) -> dict[str, bytes]:
    """Return the renderings of a photo that somebody sent. Raises `NotAPhoto`."""
    return _in_child({"do": "photo", "at": at}, octets)


def drawn(*, name: str, line: str, hue: int, photo: bytes | None) -> dict[str, bytes]:
    """Return what is drawn of the coach. Raises `NotAPhoto` where it cannot be."""
    return _in_child({"do": "draw", "name": name, "line": line, "hue": hue}, photo or b"")


def _in_child(job: dict[str, Any], octets: bytes) -> dict[str, bytes]:
    command = [sys.executable, "-I", "-B", "-m", __name__]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, with nothing that anybody typed
            command,
            input=json.dumps(job).encode() + b"\n" + octets,
            capture_output=True,
            timeout=MOST_S,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        log.warning("image_process_ended", after_s=MOST_S)
        raise NotAPhoto(Why.TOO_HARD) from error
    except (OSError, MemoryError) as error:
        # No process or no memory is left for a child: that says nothing of the file.
        log.warning("image_process_not_started", why=str(error))
        raise NotAPhoto(Why.NOT_NOW) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        log.warning("image_process_ended", status=done.returncode, said=said[:200])
        raise NotAPhoto(Why.TOO_HARD)
    answer = json.loads(done.stdout)
    if "why" in answer:
        raise NotAPhoto(Why(answer["why"]))
    return {name: base64.b64decode(text) for name, text in answer["files"].items()}


# ---------------------------------------------------------------------------------- in the child


def _do(job: dict[str, Any], octets: bytes) -> dict[str, bytes]:
    # Pillow is loaded here, under the limits, and nowhere else.
    if job["do"] == "photo":
        from coachcrm.bookings.offer.core import photo_cutting  # noqa: PLC0415

        return photo_cutting.renderings(octets, at=job["at"])
    from coachcrm.bookings.offer.core import drawing  # noqa: PLC0415

    return drawing.drawn(name=job["name"], line=job["line"], hue=job["hue"], photo=octets or None)


def _limit() -> None:
    """Take no more than our share from now on, write no file and start no program."""
    limits = {
        resource.RLIMIT_AS: MOST_MEMORY,
        resource.RLIMIT_CPU: MOST_CPU_S,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in limits.items():
        # Not every system knows them all.
        with suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))


def main() -> None:
    """Read a job and its file, and answer."""
    _limit()
    line, _, octets = sys.stdin.buffer.read().partition(b"\n")
    try:
        made = _do(json.loads(line), octets)
    except NotAPhoto as refusal:
        answer: dict[str, Any] = {"why": refusal.why}
    except MemoryError:
        answer = {"why": Why.TOO_HARD}
    else:
        answer = {"files": {name: base64.b64encode(file).decode() for name, file in made.items()}}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
