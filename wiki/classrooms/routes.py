"""The blueprint of training days, to which each module of screens adds its own."""

from flask import Blueprint

blueprint = Blueprint("classrooms", __name__)
PRIVATE = {"Cache-Control": "no-store"}
