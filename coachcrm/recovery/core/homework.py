"""What a client can do on each step before the next conversation, as the method has it. Pure."""

from __future__ import annotations

HOMEWORK = {
    1: (
        "Send the first ask from the draft",
        "Ring the agency",
        "Write down the reply on the day it comes",
        "Ask for one strength and one gap",
    ),
    2: (
        "Write the debrief on the evening of the interview",
        "Write three answers again as you would give them now",
        "List three things that worked",
    ),
    3: (
        "Write three answers as situation, task, action, result",
        "Record a two-minute answer and listen to it",
        "Cut one answer to 90 seconds",
        "Do one mock interview with a friend",
        "Fill a research sheet for one employer",
    ),
    4: (
        "Draw two columns: mine, and not mine",
        "Close the file with one sentence",
        "For what takes months: decide to start, or choose roles that do not need it",
    ),
    5: (
        "Score the last three adverts",
        "Find five adverts over the threshold",
        "Talk to one person who does the job",
        "Write the target again in two lines",
    ),
    6: (
        "Write down three wins a week",
        "Take one day without the search",
        "Ring one person who is on your side",
        "Write the story of a setback",
    ),
}
