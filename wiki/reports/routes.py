"""Where the routes of reports hang: reading, writing, and what readers answer."""

from flask import Blueprint

blueprint = Blueprint("reports", __name__)
