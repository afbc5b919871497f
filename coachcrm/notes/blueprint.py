"""The notes' blueprint: what their views hang on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("notes", __name__, url_prefix="/coach")
