"""Ann, and her record."""

from __future__ import annotations

import pytest

from coachcrm.clients import operations as clients
from coachcrm.clients.operations import NewClient
from coachcrm.kit.data.db import transaction

SAM = 1
ANN = NewClient("Ann Lee", "ann@x.example", "", "Europe/London")


@pytest.fixture
def act(app, coach):
    """Do something in a transaction of its own."""

    def run(deed):
        with app.app_context(), transaction() as session:
            return deed(session)

    return run


@pytest.fixture
def ann(act, clock) -> int:
    """Give the id of Ann, a client."""
    return act(lambda s: clients.find_or_make(s, SAM, ANN, now=clock.now).id)
