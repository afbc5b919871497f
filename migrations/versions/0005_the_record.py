"""Keep the record: searches, applications, feedback, themes and what is made of them.

Every coach who is here already gets the list of themes that a new practice starts with.
"""

import sqlalchemy as sa
from alembic import op

from coachcrm.kit.data.db import Instant

revision = "0005"
down_revision = "0004"

START_THEMES = (
    ("answers", "No concrete example", "now"),
    ("answers", "Result missing", "now"),
    ("answers", "“We” not “I”", "now"),
    ("answers", "Rambling", "now"),
    ("answers", "Too short", "now"),
    ("answers", "Question not answered", "now"),
    ("answers", "Weak on weaknesses", "now"),
    ("preparation", "Company not researched", "now"),
    ("preparation", "Role not understood", "now"),
    ("preparation", "No questions of their own", "now"),
    ("preparation", "CV not known by heart", "now"),
    ("preparation", "Case or presentation", "now"),
    ("delivery", "Nerves", "now"),
    ("delivery", "Energy", "now"),
    ("delivery", "Pace", "now"),
    ("delivery", "Filler words", "now"),
    ("delivery", "Listening", "now"),
    ("delivery", "One-way video manner", "now"),
    ("fit", "Why us", "now"),
    ("fit", "Why this role", "now"),
    ("fit", "Looks over-qualified", "now"),
    ("fit", "Salary or level mismatch", ""),
    ("experience", "Sector", "later"),
    ("experience", "Technical", "later"),
    ("experience", "Seniority", "later"),
    ("experience", "Named qualification", "later"),
)


def upgrade() -> None:
    """Make the tables, then the themes."""
    _ground()
    _applications()
    _feedback()
    _reviews()
    _search()
    _themes()


def downgrade() -> None:
    """Take everything away again."""
    for table in (
        "step_override", "story", "strength", "checkin", "target_statement", "criterion",
        "fit_row", "fit_assessment", "acceptance", "review_point", "review", "action",
        "practice", "search_theme", "feedback_item_theme", "feedback_item",
        "feedback_request", "question_asked", "interview_round", "stage_event",
        "application", "job_search", "theme", "method",
    ):  # fmt: skip
        op.drop_table(table)


def _one_of(table: str, column: str, values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values.split(","))
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{table}_{column}")


def _themes() -> None:
    columns = ("category", "name", "changeable")
    theme = sa.table("theme", *map(sa.column, ("coach_id", *columns, "definition")))
    for (coach_id,) in op.get_bind().execute(sa.text("SELECT id FROM coach")).all():
        rows = [dict(zip(columns, start, strict=True)) for start in START_THEMES]
        op.bulk_insert(theme, [{**row, "coach_id": coach_id, "definition": ""} for row in rows])


def _ground() -> None:
    op.create_table(
        "method",
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("unfair_text", sa.Text, nullable=False),
        sa.Column("low_text", sa.Text, nullable=False),
        sa.Column("gamble_percent", sa.SmallInteger, nullable=False),
        sa.Column("offers_notes_request", sa.Boolean, nullable=False),
        sa.CheckConstraint("gamble_percent BETWEEN 0 AND 100", name="method_gamble_percent"),
        sa.ForeignKeyConstraint(["coach_id"], ["coach.id"], name="method_coach_id_fkey"),
        sa.PrimaryKeyConstraint("coach_id", name="method_pkey"),
    )
    op.create_table(
        "theme",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("category", sa.String(16), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("changeable", sa.String(16), nullable=False),
        sa.Column("definition", sa.Text, nullable=False),
        _one_of("theme", "category", "answers,preparation,delivery,fit,experience"),
        _one_of("theme", "changeable", ",now,later,out"),
        sa.ForeignKeyConstraint(["coach_id"], ["coach.id"], name="theme_coach_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="theme_pkey"),
        sa.UniqueConstraint("coach_id", "name", name="theme_coach_id_name_key"),
    )
    op.create_table(
        "job_search",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("client_id", sa.Integer, nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("family", sa.String(200), nullable=False),
        sa.Column("is_internal", sa.Boolean, nullable=False),
        sa.Column("deadline_on", sa.Date),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("found_by", sa.String(200), nullable=False),
        sa.Column("before_applications", sa.SmallInteger),
        sa.Column("before_interviews", sa.SmallInteger),
        sa.Column("before_offers", sa.SmallInteger),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("closed_on", sa.Date),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("referred_on", sa.Date),
        _one_of("job_search", "outcome", ",accepted,promoted,stopped,moved,lapsed"),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name="job_search_client_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="job_search_pkey"),
    )
    op.create_index("job_search_client_id_idx", "job_search", ["client_id"])


def _applications() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("search_id", sa.Integer, nullable=False),
        sa.Column("employer", sa.String(200), nullable=False),
        sa.Column("role", sa.String(200), nullable=False),
        sa.Column("family", sa.String(200), nullable=False),
        sa.Column("route", sa.String(16), nullable=False),
        sa.Column("recruiter", sa.String(200), nullable=False),
        sa.Column("is_internal", sa.Boolean, nullable=False),
        sa.Column("applied_on", sa.Date),
        sa.Column("advert", sa.Text, nullable=False),
        sa.Column("next_interview_on", sa.Date),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("closed_on", sa.Date),
        sa.Column("asks_for_notes", sa.Boolean, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        _one_of(
            "application", "outcome", "open,accepted,declined,rejected,silent,withdrew,cancelled"
        ),
        _one_of("application", "route", ",advert,agency,direct,referral,internal"),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["job_search.id"],
            name="application_search_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="application_pkey"),
    )
    op.create_index("application_search_id_idx", "application", ["search_id"])
    op.create_table(
        "stage_event",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("application_id", sa.Integer, nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("entered_on", sa.Date),
        sa.Column("result", sa.String(16), nullable=False),
        sa.Column("told_on", sa.Date),
        sa.Column("told_by", sa.String(16), nullable=False),
        sa.Column("is_form_letter", sa.Boolean, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("struck_at", Instant),
        _one_of("stage_event", "result", ",passed,rejected,silent,withdrew,cancelled"),
        _one_of(
            "stage_event",
            "stage",
            "applied,sift,screen,test,first,second,assessment,final,reserve,offer,accepted",
        ),
        _one_of("stage_event", "told_by", ",phone,email,portal,agency"),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name="stage_event_application_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="stage_event_pkey"),
    )
    op.create_index("stage_event_application_id_idx", "stage_event", ["application_id"])
    op.create_table(
        "interview_round",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("application_id", sa.Integer, nullable=False),
        sa.Column("number", sa.SmallInteger),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("medium", sa.String(16), nullable=False),
        sa.Column("held_on", sa.Date),
        sa.Column("minutes", sa.SmallInteger),
        sa.Column("interviewers", sa.String(200), nullable=False),
        sa.Column("hours_prepared", sa.SmallInteger),
        sa.Column("confidence", sa.SmallInteger),
        sa.Column("own_rating", sa.SmallInteger),
        sa.Column("mood", sa.String(200), nullable=False),
        sa.Column("differently", sa.Text, nullable=False),
        sa.Column("promised", sa.String(200), nullable=False),
        sa.Column("promised_by", sa.Date),
        sa.Column("debriefed_on", sa.Date),
        sa.Column("debriefed_before_news", sa.Boolean, nullable=False),
        _one_of(
            "interview_round",
            "kind",
            ",screen,manager,panel,competency,"
            "strengths,technical,presentation,assessment,board,chat",
        ),
        _one_of("interview_round", "medium", ",phone,video,one_way,in_person"),
        sa.CheckConstraint("confidence BETWEEN 1 AND 5", name="interview_round_confidence"),
        sa.CheckConstraint("own_rating BETWEEN 1 AND 5", name="interview_round_own_rating"),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name="interview_round_application_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="interview_round_pkey"),
    )
    op.create_index(
        "interview_round_application_id_idx",
        "interview_round",
        ["application_id"],
        unique=False,
    )
    op.create_table(
        "question_asked",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("search_id", sa.Integer, nullable=False),
        sa.Column("application_id", sa.Integer),
        sa.Column("round_id", sa.Integer),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("competency", sa.String(200), nullable=False),
        sa.Column("story_used", sa.String(200), nullable=False),
        sa.Column("own_rating", sa.String(16), nullable=False),
        sa.Column("coach_rating", sa.String(16), nullable=False),
        sa.Column("is_surprise", sa.Boolean, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        _one_of("question_asked", "coach_rating", ",strong,fair,rough"),
        _one_of(
            "question_asked",
            "kind",
            ",motivation,competency,strengths,situational,"
            "technical,cv,weakness,curve_ball,salary,theirs",
        ),
        _one_of("question_asked", "own_rating", ",strong,fair,rough"),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name="question_asked_application_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["interview_round.id"],
            name="question_asked_round_id_fkey",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["job_search.id"],
            name="question_asked_search_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="question_asked_pkey"),
    )
    op.create_index(
        "question_asked_application_id_idx",
        "question_asked",
        ["application_id"],
        unique=False,
    )
    op.create_index("question_asked_round_id_idx", "question_asked", ["round_id"])
    op.create_index("question_asked_search_id_idx", "question_asked", ["search_id"])
    op.create_table(
        "feedback_request",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("application_id", sa.Integer, nullable=False),
        sa.Column("asked_of", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("sent_on", sa.Date, nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("reply", sa.String(16), nullable=False),
        sa.Column("replied_on", sa.Date),
        _one_of("feedback_request", "asked_of", ",interviewer,manager,hr,agency,sponsor"),
        _one_of("feedback_request", "channel", ",email,phone,in_person"),
        _one_of("feedback_request", "reply", ",none,form_letter,thin,detailed,policy"),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name="feedback_request_application_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="feedback_request_pkey"),
    )
    op.create_index(
        "feedback_request_application_id_idx",
        "feedback_request",
        ["application_id"],
        unique=False,
    )


def _feedback() -> None:
    op.create_table(
        "feedback_item",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("search_id", sa.Integer, nullable=False),
        sa.Column("application_id", sa.Integer),
        sa.Column("polarity", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("source_label", sa.String(200), nullable=False),
        sa.Column("heard_on", sa.Date),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("round_id", sa.Integer),
        sa.Column("question_id", sa.Integer),
        sa.Column("specificity", sa.SmallInteger, nullable=False),
        sa.Column("is_decision", sa.Boolean, nullable=False),
        sa.Column("winner_had", sa.String(200), nullable=False),
        sa.Column("client_verdict", sa.String(16), nullable=False),
        sa.Column("coach_verdict", sa.String(16), nullable=False),
        sa.Column("verdict_evidence", sa.Text, nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("judged_on", sa.Date),
        sa.Column("created_at", Instant, nullable=False),
        _one_of("feedback_item", "client_verdict", ",now,later,out"),
        _one_of("feedback_item", "coach_verdict", ",now,later,out"),
        _one_of("feedback_item", "polarity", "positive,negative,neutral"),
        sa.CheckConstraint(
            "reason <> 'unfair' OR verdict_evidence = ''",
            name="feedback_item_unfair_is_a_mark",
        ),
        _one_of(
            "feedback_item",
            "reason",
            ",experience,skill,internal,frozen,salary,"
            "location,timing,reorganisation,numbers,not_given,unfair",
        ),
        _one_of(
            "feedback_item",
            "source",
            "written,spoken,relayed,memory,inference,appraisal,mock,coach",
        ),
        sa.CheckConstraint("specificity BETWEEN 0 AND 2", name="feedback_item_specificity"),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name="feedback_item_application_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question_asked.id"],
            name="feedback_item_question_id_fkey",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["interview_round.id"],
            name="feedback_item_round_id_fkey",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["job_search.id"],
            name="feedback_item_search_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="feedback_item_pkey"),
    )
    op.create_index("feedback_item_application_id_idx", "feedback_item", ["application_id"])
    op.create_index("feedback_item_question_id_idx", "feedback_item", ["question_id"])
    op.create_index("feedback_item_round_id_idx", "feedback_item", ["round_id"])
    op.create_index("feedback_item_search_id_idx", "feedback_item", ["search_id"])
    op.create_table(
        "feedback_item_theme",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("theme_id", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["feedback_item.id"],
            name="feedback_item_theme_item_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["theme.id"], name="feedback_item_theme_theme_id_fkey"
        ),
        sa.PrimaryKeyConstraint("id", name="feedback_item_theme_pkey"),
        sa.UniqueConstraint("item_id", "theme_id", name="feedback_item_theme_item_id_theme_id_key"),
    )
    op.create_index("feedback_item_theme_theme_id_idx", "feedback_item_theme", ["theme_id"])
    op.create_table(
        "search_theme",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("search_id", sa.Integer, nullable=False),
        sa.Column("theme_id", sa.Integer, nullable=False),
        sa.Column("priority", sa.SmallInteger),
        sa.Column("goal", sa.Text, nullable=False),
        sa.Column("is_shared", sa.Boolean, nullable=False),
        sa.CheckConstraint("priority BETWEEN 1 AND 3", name="search_theme_priority"),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["job_search.id"],
            name="search_theme_search_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name="search_theme_theme_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="search_theme_pkey"),
        sa.UniqueConstraint("search_id", "theme_id", name="search_theme_search_id_theme_id_key"),
    )
    op.create_index("search_theme_theme_id_idx", "search_theme", ["theme_id"])
    op.create_table(
        "practice",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("search_id", sa.Integer, nullable=False),
        sa.Column("theme_id", sa.Integer, nullable=False),
        sa.Column("application_id", sa.Integer),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("question", sa.String(200), nullable=False),
        sa.Column("own_rating", sa.SmallInteger),
        sa.Column("coach_rating", sa.SmallInteger),
        sa.Column("remark", sa.Text, nullable=False),
        sa.CheckConstraint(
            "kind <> 'interview' OR application_id IS NOT NULL", name="practice_a_test_is_of"
        ),
        _one_of("practice", "kind", "alone,mock,friend,recording,interview"),
        sa.CheckConstraint("coach_rating BETWEEN 1 AND 5", name="practice_coach_rating"),
        sa.CheckConstraint("own_rating BETWEEN 1 AND 5", name="practice_own_rating"),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name="practice_application_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["job_search.id"],
            name="practice_search_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name="practice_theme_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="practice_pkey"),
    )
    op.create_index("practice_application_id_idx", "practice", ["application_id"])
    op.create_index("practice_search_id_idx", "practice", ["search_id"])
    op.create_index("practice_theme_id_idx", "practice", ["theme_id"])
    op.create_table(
        "action",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("search_id", sa.Integer, nullable=False),
        sa.Column("theme_id", sa.Integer),
        sa.Column("step", sa.SmallInteger),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("done_on", sa.Date),
        sa.Column("is_shared", sa.Boolean, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["search_id"], ["job_search.id"], name="action_search_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name="action_theme_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="action_pkey"),
    )
    op.create_index("action_search_id_idx", "action", ["search_id"])
    op.create_index("action_theme_id_idx", "action", ["theme_id"])


def _reviews() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("application_id", sa.Integer, nullable=False),
        sa.Column("own_rating", sa.SmallInteger),
        sa.Column("coach_rating", sa.SmallInteger),
        sa.Column("lessons", sa.Text, nullable=False),
        sa.Column("ready_on", sa.Date),
        sa.Column("created_on", sa.Date, nullable=False),
        sa.CheckConstraint("coach_rating BETWEEN 1 AND 5", name="review_coach_rating"),
        sa.CheckConstraint("own_rating BETWEEN 1 AND 5", name="review_own_rating"),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name="review_application_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="review_pkey"),
        sa.UniqueConstraint("application_id", name="review_application_id_key"),
    )
    op.create_table(
        "review_point",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("review_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("aside", sa.Text, nullable=False),
        _one_of("review_point", "kind", "fact,positive,improvement"),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["review.id"],
            name="review_point_review_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="review_point_pkey"),
    )
    op.create_index("review_point_review_id_idx", "review_point", ["review_id"])
    op.create_table(
        "acceptance",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("application_id", sa.Integer, nullable=False),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("will_do", sa.Text, nullable=False),
        sa.Column("accepted_on", sa.Date, nullable=False),
        sa.Column("on_mind", sa.SmallInteger),
        sa.Column("on_mind_later", sa.SmallInteger),
        sa.Column("asked_again_on", sa.Date),
        sa.CheckConstraint("on_mind BETWEEN 1 AND 5", name="acceptance_on_mind"),
        sa.CheckConstraint("on_mind_later BETWEEN 1 AND 5", name="acceptance_on_mind_later"),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name="acceptance_application_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="acceptance_pkey"),
        sa.UniqueConstraint("application_id", name="acceptance_application_id_key"),
    )
    op.create_table(
        "fit_assessment",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("application_id", sa.Integer, nullable=False),
        sa.Column("is_hindsight", sa.Boolean, nullable=False),
        sa.Column("exception", sa.Text, nullable=False),
        sa.Column("assessed_on", sa.Date, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name="fit_assessment_application_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="fit_assessment_pkey"),
        sa.UniqueConstraint("application_id", name="fit_assessment_application_id_key"),
    )
    op.create_table(
        "fit_row",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("fit_id", sa.Integer, nullable=False),
        sa.Column("side", sa.String(16), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("weight", sa.SmallInteger, nullable=False),
        _one_of("fit_row", "side", "essential,desirable,want"),
        sa.CheckConstraint("level BETWEEN 0 AND 3", name="fit_row_level"),
        sa.CheckConstraint("weight BETWEEN 1 AND 3", name="fit_row_weight"),
        sa.ForeignKeyConstraint(
            ["fit_id"], ["fit_assessment.id"], name="fit_row_fit_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="fit_row_pkey"),
    )
    op.create_index("fit_row_fit_id_idx", "fit_row", ["fit_id"])


def _search() -> None:
    op.create_table(
        "criterion",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("search_id", sa.Integer, nullable=False),
        sa.Column("aspect", sa.String(16), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("is_must", sa.Boolean, nullable=False),
        sa.Column("weight", sa.SmallInteger, nullable=False),
        _one_of("criterion", "aspect", "work,level,place,pay,values,deal_breaker,strength"),
        sa.CheckConstraint("weight BETWEEN 1 AND 3", name="criterion_weight"),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["job_search.id"],
            name="criterion_search_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="criterion_pkey"),
    )
    op.create_index("criterion_search_id_idx", "criterion", ["search_id"])
    op.create_table(
        "target_statement",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("search_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("review_on", sa.Date),
        sa.Column("made_on", sa.Date, nullable=False),
        _one_of("target_statement", "decision", ",keep,narrow,bridge,change,pause"),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["job_search.id"],
            name="target_statement_search_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="target_statement_pkey"),
        sa.UniqueConstraint("search_id", "version", name="target_statement_search_id_version_key"),
    )
    op.create_table(
        "checkin",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("search_id", sa.Integer, nullable=False),
        sa.Column("taken_on", sa.Date, nullable=False),
        sa.Column("energy", sa.SmallInteger),
        sa.Column("confidence", sa.SmallInteger),
        sa.Column("behind", sa.SmallInteger),
        sa.Column("control", sa.SmallInteger),
        sa.Column("support", sa.SmallInteger),
        sa.Column("line", sa.Text, nullable=False),
        sa.CheckConstraint("behind BETWEEN 1 AND 5", name="checkin_behind"),
        sa.CheckConstraint("confidence BETWEEN 1 AND 5", name="checkin_confidence"),
        sa.CheckConstraint("control BETWEEN 1 AND 5", name="checkin_control"),
        sa.CheckConstraint("energy BETWEEN 1 AND 5", name="checkin_energy"),
        sa.CheckConstraint("support BETWEEN 1 AND 5", name="checkin_support"),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["job_search.id"],
            name="checkin_search_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="checkin_pkey"),
    )
    op.create_index("checkin_search_id_idx", "checkin", ["search_id"])
    op.create_table(
        "strength",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("search_id", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Integer),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        _one_of("strength", "source", "feedback,appraisal,achievement,coach"),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["feedback_item.id"],
            name="strength_item_id_fkey",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["job_search.id"],
            name="strength_search_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="strength_pkey"),
        sa.UniqueConstraint("item_id", name="strength_item_id_key"),
    )
    op.create_index("strength_search_id_idx", "strength", ["search_id"])
    op.create_table(
        "story",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("search_id", sa.Integer, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("situation", sa.Text, nullable=False),
        sa.Column("task", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("competency", sa.String(200), nullable=False),
        sa.Column("strength", sa.SmallInteger),
        sa.Column("last_used_on", sa.Date),
        sa.Column("landed", sa.String(200), nullable=False),
        sa.Column("is_setback", sa.Boolean, nullable=False),
        sa.CheckConstraint("strength BETWEEN 1 AND 5", name="story_strength"),
        sa.ForeignKeyConstraint(
            ["search_id"], ["job_search.id"], name="story_search_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="story_pkey"),
    )
    op.create_index("story_search_id_idx", "story", ["search_id"])
    op.create_table(
        "step_override",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("search_id", sa.Integer, nullable=False),
        sa.Column("application_id", sa.Integer),
        sa.Column("step", sa.SmallInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.CheckConstraint("step BETWEEN 1 AND 6", name="step_override_one_to_six"),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name="step_override_application_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["job_search.id"],
            name="step_override_search_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="step_override_pkey"),
    )
    op.create_index("step_override_application_id_idx", "step_override", ["application_id"])
    op.create_index("step_override_search_idx", "step_override", ["search_id", "id"])
