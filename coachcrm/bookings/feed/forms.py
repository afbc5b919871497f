"""What the coach chooses about his feed."""

from coachcrm.kit.web.forms import Choice, Form


class FeedForm(Form):
    """What the coach's feed shows of a meeting."""

    shows = Choice(
        "What it shows",
        lambda: [("details", "Who and why"), ("busy", "Only that I am booked")],
        default="details",
    )
