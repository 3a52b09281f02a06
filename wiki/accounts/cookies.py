"""The session in its signed cookie: a signature once checked is not checked anew for a moment."""

import time
from collections import OrderedDict
from threading import Lock

from flask.sessions import SecureCookieSessionInterface

KEPT = 20  # seconds for which a cookie that was checked is known
MOST = 2000  # cookies
_PLAIN = (str, int, bool, type(None))


class Sessions(SecureCookieSessionInterface):
    """Flask's own sessions, remembering the last cookies: each page one opens sends the same.

    Who a session belongs to, and whether it still counts, is asked elsewhere at each request.
    """

    def __init__(self):
        self._known: OrderedDict[str, tuple[float, dict]] = OrderedDict()
        self._lock = Lock()

    def open_session(self, app, request):
        """What the cookie of a request says; nothing when it was not signed here."""
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie and app.secret_key:
            return self.session_class()
        now = time.monotonic()
        known = self._known.get(cookie)
        if known and now - known[0] < KEPT:
            return self.session_class(known[1])
        session = super().open_session(app, request)
        # What holds lists could be changed in place by who reads it.
        if session and all(isinstance(value, _PLAIN) for value in session.values()):
            with self._lock:
                self._known[cookie] = (now, dict(session))
                while len(self._known) > MOST:
                    self._known.popitem(last=False)
        return session
