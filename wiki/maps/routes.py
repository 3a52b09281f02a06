"""Where the routes of maps hang."""

from flask import Blueprint

blueprint = Blueprint("maps", __name__)
