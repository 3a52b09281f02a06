"""Where the routes of portraits hang."""

from flask import Blueprint

blueprint = Blueprint("portraits", __name__)
