"""What the coach types about a client."""

from wtforms import StringField

from coachcrm.clients.models import STAGES
from coachcrm.kit.web.forms import Choice, Form, OneLine, stripped


class ClientForm(Form):
    """A client's stage and tags."""

    stage = Choice("Stage", STAGES.items, default="")
    tags = StringField("Tags, with commas between them", [OneLine(600)], [stripped])
