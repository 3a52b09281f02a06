"""The key screens: a name, who looks (None: a visitor), and the address."""

from typing import NamedTuple


class Screen(NamedTuple):
    """One screen to look at; `path` is an address, or a function of the site."""

    name: str
    who: str | None
    path: object
    status: int = 200

    def at(self, site) -> str:
        """Its address on that site."""
        return self.path if isinstance(self.path, str) else self.path(site)


REPORT = "Ouvrir un atelier téléphone"
PAGE = "La ligne H"
OURS = "Les lieux qui aident"
JOURNAL = "Journal de bord"
PICTURE = "Le quartier dessiné par Yolande"
DRAFT = "Faire la carte de notre quartier"
GROUP = "/groups/1-mon-quartier-mes-ressources"


def _of(title: str, before: str = "", after: str = ""):
    """The item's own address, or an address made around its number."""
    if before:
        return lambda site: f"{before}/{site.number(title)}{after}"
    return lambda site: site.path(title) + after


VISITOR = [
    Screen("home", None, "/"),
    Screen("login", None, "/login"),
    Screen("reset", None, "/reset"),
    Screen("search", None, "/search?q=atelier+telephone"),
    Screen("search-nothing", None, "/search?q=xylophoniquement"),
    Screen("report", None, _of(REPORT)),
    Screen("page", None, _of(PAGE)),
    Screen("file", None, _of(PICTURE)),
    Screen("reports", None, "/reports"),
    Screen("needs", None, "/needs"),
    Screen("theme", None, "/themes/mobilite"),
    Screen("to-print", None, lambda site: f"/print?items={site.number(REPORT)}"),
    Screen("square", None, _of(REPORT, "/i", "/qr")),
    Screen("public-group", None, "/groups/2-bouger-en-vallee"),
    Screen("help", None, "/aide"),
    Screen("help-writing", None, "/aide/ecrire"),
    Screen("not-found", None, "/pages/999999", 404),
    Screen("invitation-dead", None, "/invitations/never-sent", 410),
]
MEMBER = [
    Screen("dashboard", "nadia", "/"),
    Screen("add", "nadia", "/add"),
    Screen("groups", "nadia", "/groups"),
    Screen("group", "nadia", GROUP),
    Screen("group-new", "nadia", "/groups/new"),
    Screen("members", "nadia", f"{GROUP}/members"),
    Screen("settings", "nadia", f"{GROUP}/settings"),
    Screen("activity", "nadia", f"{GROUP}/activity"),
    Screen("trash", "nadia", f"{GROUP}/trash"),
    Screen("tree", "nadia", "/pages?group=1"),
    Screen("page-mine", "nadia", _of(OURS)),
    Screen("page-new", "nadia", "/pages/new?group=1"),
    Screen("page-edit", "nadia", _of(OURS, "/pages", "/edit")),
    Screen("history", "nadia", _of(JOURNAL, "/items", "/history")),
    Screen("diff", "nadia", _of(JOURNAL, "/items", "/diff?from=1&to=4")),
    Screen("revision", "nadia", _of(JOURNAL, "/items", "/revisions/1")),
    Screen("terms", "nadia", _of(OURS, "/items", "/terms")),
    Screen("move", "nadia", _of(OURS, "/items", "/move")),
    Screen("publication", "nadia", _of(DRAFT, "/items", "/publication")),
    Screen("report-new", "nadia", "/reports/new?group=1"),
    Screen("report-edit", "nadia", _of(DRAFT, "/reports", "/edit")),
    Screen("files", "nadia", "/files?group=1"),
    Screen("file-new", "nadia", "/files/new?group=1"),
    Screen("file-mine", "nadia", _of(PICTURE)),
    Screen("file-edit", "nadia", _of(PICTURE, "/files", "/edit")),
    Screen("folder-new", "nadia", "/files/folders/new?group=1"),
    Screen("account", "nadia", "/account"),
    Screen("password", "nadia", "/account/password"),
    Screen("sessions", "nadia", "/account/sessions"),
    Screen("tokens", "nadia", "/account/tokens"),
    Screen("not-found-mine", "nadia", "/pages/999999", 404),
]
ADMIN = [
    Screen("admin", "claire", "/admin/"),
    Screen("admin-requests", "claire", "/admin/requests"),
    Screen("admin-people", "claire", "/admin/people"),
    Screen("admin-person", "claire", "/admin/people/2"),
    Screen("admin-terms", "claire", "/admin/terms"),
    Screen("admin-term-new", "claire", "/admin/terms/needs/new"),
]
ALL = VISITOR + MEMBER + ADMIN
