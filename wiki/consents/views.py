"""The people of an item, and what they agreed to."""

from flask import Blueprint

blueprint = Blueprint("consents", __name__)
