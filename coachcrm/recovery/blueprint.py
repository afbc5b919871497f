"""The record's blueprint: what its views hang on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("recovery", __name__, url_prefix="/coach")
