"""The record's blueprint: what its views hang on."""

from flask import Blueprint

bp = Blueprint("recovery", __name__, url_prefix="/coach")
