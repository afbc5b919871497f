"""What the coach types about a client."""

from wtforms import StringField

from coachcrm.clients.models import STAGES
from coachcrm.kit.web.forms import Choice, Form, OneLine, stripped


class ClientForm(Form):
    """A client's stage and tags, and whether a letter may follow a conversation."""

    stage = Choice("Stage", STAGES.items, default="")
    tags = StringField("Tags, with commas between them", [OneLine(600)], [stripped])
    letters = Choice(
        "Letters after a conversation",
        lambda: [("go", "They may go"), ("none", "None: the client has answered “stop”")],
        default="go",
    )

    def letters_may_go(self) -> bool | None:
        """Return whether they may; None where it was not said, and stays as it is."""
        return self.letters.data == "go" if self.letters.raw_data else None
