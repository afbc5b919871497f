"""The notes' blueprint: what their views hang on."""

from flask import Blueprint

bp = Blueprint("notes", __name__, url_prefix="/coach")
