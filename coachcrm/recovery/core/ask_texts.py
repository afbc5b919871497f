"""The words that each ask begins with, until the coach puts his own. Pure.

Short, warm and plain; each asks for one strength and one gap. `…` stands where something is not
known.
"""

from __future__ import annotations

from coachcrm.recovery.core.ask_drafts import Text
from coachcrm.recovery.core.facts import NOTES

_CLOSE = "\n\nWith kind regards,\n{name}"

# A person and a day that do not exist, to show how words read.
EXAMPLE = {
    "person": "Priya",
    "role": "Team leader",
    "employer": "Ashby & Co",
    "news_day": "Tuesday 15 June",
    "asked_day": "Thursday 17 June",
    "name": "Ann Example",
}

START = {
    "first_employer": Text(
        "A short question about the role of {role}",
        "Hello {person},\n\n"
        "Thank you for the time you gave me for the role of {role} at {employer}, and for the "
        "news on {news_day}.\n\n"
        "I would like to learn from it. Would you tell me one strength that you saw, and one gap? "
        "Two lines are plenty, and I will take them as they are meant." + _CLOSE,
    ),
    "first_agency": Text(
        "Feedback on the role of {role}",
        "Hello {person},\n\n"
        "Thank you for putting me forward for the role of {role} at {employer}, and for the news "
        "on {news_day}.\n\n"
        "Could you find out for me one strength that they saw, and one gap? Their own words would "
        "help me most, even if they are few. They would also help you to put me forward for the "
        "right role next time." + _CLOSE,
    ),
    "first_sponsor": Text(
        "May I ask for your view?",
        "Hello {person},\n\n"
        "You know that I applied for the role of {role}. On {news_day} I heard that I was not "
        "chosen.\n\n"
        "You know the work here, and you know mine. Would you tell me one strength that I bring "
        "to a role like this, and one gap that you see? You can be frank: I ask so that I can "
        "work on it." + _CLOSE,
    ),
    "thin_employer": Text(
        "Thank you, and one more question about the role of {role}",
        "Hello {person},\n\n"
        "Thank you for your answer about the role of {role} at {employer}.\n\n"
        "May I ask for a little more, so that I know what to work on? One strength and one gap "
        "would be enough: perhaps an answer that worked, and one that did not. If you are not "
        "able to say more, a word to tell me so is kind too." + _CLOSE,
    ),
    "thin_agency": Text(
        "Thank you, and one more question about the role of {role}",
        "Hello {person},\n\n"
        "Thank you for passing on what {employer} said about the role of {role}.\n\n"
        "Could you ask them for a little more? One strength and one gap would be enough: perhaps "
        "an answer that worked, and one that did not. And what did you make of it yourself?"
        + _CLOSE,
    ),
    "thin_sponsor": Text(
        "Thank you, and one more question",
        "Hello {person},\n\n"
        "Thank you for what you told me about the role of {role}.\n\n"
        "May I ask for a little more, so that I know what to work on? One strength, and one gap "
        "that stood between me and a yes: even a small example helps." + _CLOSE,
    ),
    "quiet_employer": Text(
        "A reminder: a short question about the role of {role}",
        "Hello {person},\n\n"
        "On {asked_day} I asked you for a word about the role of {role} at {employer}. I know how "
        "full the days are, so this is only a reminder.\n\n"
        "One strength that you saw and one gap would help me a great deal, even in two lines. If "
        "you are not able to say, a word to tell me so is kind too." + _CLOSE,
    ),
    "quiet_agency": Text(
        "A reminder: feedback on the role of {role}",
        "Hello {person},\n\n"
        "On {asked_day} I asked you for feedback on the role of {role} at {employer}. Has "
        "anything come back?\n\n"
        "One strength that they saw and one gap would help me a great deal. If nothing is to be "
        "had from them, I would be glad of your own view in two lines." + _CLOSE,
    ),
    "quiet_sponsor": Text(
        "A reminder: may I ask for your view?",
        "Hello {person},\n\n"
        "On {asked_day} I asked for your view on my application for the role of {role}. I know "
        "how full the days are, so this is only a reminder.\n\n"
        "One strength and one gap, in two lines or over a coffee, would help me a great deal."
        + _CLOSE,
    ),
    "other_employer": Text(
        "A question about my application for the role of {role}",
        "Hello {person},\n\n"
        "I applied for the role of {role} at {employer}, and heard on {news_day} that I was not "
        "chosen.\n\n"
        "You may have seen something that others did not. Would you tell me one strength and one "
        "gap? Two lines are plenty; I ask only so that I can do better next time." + _CLOSE,
    ),
    "other_agency": Text(
        "Could you ask for me? The role of {role}",
        "Hello {person},\n\n"
        "I heard on {news_day} that I was not chosen for the role of {role} at {employer}. I have "
        "asked them for feedback and have learnt little so far.\n\n"
        "You may find it easier to ask. Could you find out for me one strength that they saw, and "
        "one gap? What you think yourself would help me too." + _CLOSE,
    ),
    "other_sponsor": Text(
        "May I ask for your view?",
        "Hello {person},\n\n"
        "I applied for the role of {role} and heard on {news_day} that I was not chosen. I have "
        "asked for feedback and have learnt little so far.\n\n"
        "You know the people and the work. Would you tell me one strength that I bring to a role "
        "like this, and one gap? You can be frank: I ask so that I can work on it." + _CLOSE,
    ),
    NOTES: Text(
        "Request for my personal data: interview for the role of {role}",
        "Hello {person},\n\n"
        "I applied for the role of {role} at {employer}, and heard of the decision on {news_day}."
        "\n\n"
        "I would like to use my right of access under the UK GDPR. Please send me a copy of the "
        "personal data that you hold about me from this application, in particular the notes and "
        "scores of my interviews.\n\n"
        "I ask so that I can learn from them. Please tell me if there is anything that you need "
        "from me." + _CLOSE,
    ),
}
