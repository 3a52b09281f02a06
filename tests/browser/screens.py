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
CARDS = "Huit cartes pour un atelier téléphone"
GATHERED = "Commencer avec presque rien"
PORTRAIT = "Annick Kervalo"
VOICE = "La voix d’Annick Kervalo"
GARDEN = "Le jardin des seize carrés"
QUESTION = "Comment accueillir un groupe"
FEELINGS = "Comment on se sent"
LENT = "Qui prête quoi"
TOLD = "Le port en neuf plaques"
NEXT = "Séance 9"
LAST = "Séance 8"
COMPARED = (REPORT, "Cuisiner à dix", "Se servir de son téléphone")


def _of(title: str, before: str = "", after: str = ""):
    """The item's own address, or an address made around its number."""
    if before:
        return lambda site: f"{before}/{site.number(title)}{after}"
    return lambda site: site.path(title) + after


def _with(where: str, titles: tuple[str, ...]):
    """An address that names several items."""
    return lambda site: where + "?" + "&".join(f"items={site.number(one)}" for one in titles)


VISITOR = [
    Screen("home", None, "/"),
    Screen("login", None, "/login"),
    Screen("reset", None, "/reset"),
    Screen("search", None, "/search?q=atelier+telephone"),
    Screen("search-nothing", None, "/search?q=xylophoniquement"),
    Screen("search-narrowed", None, "/search?q=atelier+smartfone+senior&publics=seniors&more=1"),
    Screen("search-too-narrow", None, "/search?q=vélo&settings=ville&formats=individuel"),
    Screen("ask-the-network", None, "/searches/questions?q=xylophone"),
    Screen("compare", None, _with("/compare", COMPARED)),
    Screen("compare-nothing", None, "/compare"),
    Screen("collections", None, "/collections"),
    Screen("collection", None, _of(GATHERED)),
    Screen("report", None, _of(REPORT)),
    Screen("feedback", None, _of(REPORT, "/reports", "/feedback")),
    Screen("problem", None, _of(REPORT, "/reports", "/problem")),
    Screen("page", None, _of(PAGE)),
    Screen("file", None, _of(PICTURE)),
    Screen("file-text", None, _of(CARDS)),
    Screen("portraits", None, "/portraits"),
    Screen("portrait", None, _of(PORTRAIT)),
    Screen("portrait-place", None, _of(GARDEN)),
    Screen("portraits-shown", None, "/portraits/slideshow?n=2"),
    Screen("maps", None, "/maps"),
    Screen("map", None, _of(FEELINGS)),
    Screen("map-of-all", None, "/map"),
    Screen("map-week", None, _of(LENT, "/maps", "/week")),
    Screen("map-before-after", None, _of(FEELINGS, "/maps", "/before-after")),
    Screen("map-lent", None, _of(LENT)),
    Screen("map-told", None, _of(TOLD)),
    Screen("map-table", None, _of(FEELINGS, after="?view=table")),
    Screen("map-printed", None, _of(FEELINGS, "/maps", "/print")),
    Screen("map-elsewhere", None, _of(FEELINGS, "/maps", "/embed")),
    Screen("reports", None, "/reports"),
    Screen("needs", None, "/needs"),
    Screen("theme", None, "/themes/mobilite"),
    Screen("themes", None, "/themes"),
    Screen("public", None, "/publics/seniors"),
    Screen("territories", None, "/territories"),
    Screen("territory", None, "/territories/rural-equipe"),
    Screen("to-print", None, _with("/print", COMPARED)),
    Screen("card-elsewhere", None, _of(REPORT, "/embed")),
    Screen("square", None, _of(REPORT, "/i", "/qr")),
    Screen("public-group", None, "/groups/2-bouger-en-vallee"),
    Screen("help", None, "/aide"),
    Screen("help-writing", None, "/aide/ecrire"),
    Screen("not-found", None, "/pages/999999", 404),
    Screen("join", None, "/join"),
    Screen("join-dead", None, "/j/never-made", 410),
    Screen("later-dead", None, "/later/never-sent", 410),
    Screen("invitation-dead", None, "/invitations/never-sent", 410),
]
MEMBER = [
    Screen("dashboard", "nadia", "/"),
    Screen("add", "nadia", "/add"),
    Screen("groups", "nadia", "/groups"),
    Screen("group", "nadia", GROUP),
    Screen("group-new", "nadia", "/groups/new"),
    Screen("action-new", "nadia", "/actions/new"),
    Screen("day-prepare", "nadia", "/groups/1/classrooms"),
    Screen("action-ready", "nadia", "/groups/1/ready"),
    Screen("agreement-blank", "nadia", "/groups/1/agreement"),
    Screen("members", "nadia", f"{GROUP}/members"),
    Screen("door-closed", "nadia", f"{GROUP}/door"),
    Screen("cards", "nadia", f"{GROUP}/cards"),
    Screen("settings", "nadia", f"{GROUP}/settings"),
    Screen("archive", "nadia", f"{GROUP}/archive"),
    Screen("archive-back", "nadia", "/archives/new?group=1"),
    Screen("archive-group", "nadia", "/archives/new"),
    Screen("rereading", "nadia", f"{GROUP}/rereading"),
    Screen("kits", "nadia", "/kits?group=1"),
    Screen("kit-new", "nadia", "/kits/new?group=1"),
    Screen("kit-import", "nadia", "/kits/import?group=1"),
    Screen("activity", "nadia", f"{GROUP}/activity"),
    Screen("trash", "nadia", f"{GROUP}/trash"),
    Screen("offline", "nadia", "/groups/1/offline"),
    Screen("agenda", "nadia", "/events"),
    Screen("agenda-month", "nadia", "/events?view=month&group=1"),
    Screen("session", "nadia", _of(LAST)),
    Screen("session-plan", "nadia", _of(NEXT)),
    Screen("attendance", "nadia", _of(LAST, "/items", "/attendance")),
    Screen("signatures", "nadia", _of(NEXT, "/items", "/signatures")),
    Screen("training-new", "nadia", "/trainings/new?group=1"),
    Screen("tree", "nadia", "/pages?group=1"),
    Screen("page-mine", "nadia", _of(OURS)),
    Screen("page-new", "nadia", "/pages/new?group=1"),
    Screen("page-edit", "nadia", _of(OURS, "/pages", "/edit")),
    Screen("history", "nadia", _of(JOURNAL, "/items", "/history")),
    Screen("diff", "nadia", _of(JOURNAL, "/items", "/diff?from=1&to=4")),
    Screen("revision", "nadia", _of(JOURNAL, "/items", "/revisions/1")),
    Screen("writers", "nadia", _of(JOURNAL, "/items", "/writers")),
    Screen("timeline", "nadia", _of(JOURNAL, "/items", "/timeline?at=3")),
    Screen("erasure", "nadia", _of(JOURNAL, "/items", "/erasure")),
    Screen("terms", "nadia", _of(OURS, "/items", "/terms")),
    Screen("move", "nadia", _of(OURS, "/items", "/move")),
    Screen("publication", "nadia", _of(DRAFT, "/items", "/publication")),
    Screen("report-new", "nadia", "/reports/new?group=1"),
    Screen("report-edit", "nadia", _of(DRAFT, "/reports", "/edit")),
    Screen("portrait-new", "nadia", "/portraits/new?group=1"),
    Screen("portrait-edit", "nadia", _of(PORTRAIT, "/portraits", "/edit")),
    Screen("map-of-group", "nadia", f"{GROUP}/map"),
    Screen("map-new", "nadia", "/maps/new?group=1"),
    Screen("map-mine", "nadia", _of(FEELINGS)),
    Screen("map-paper", "nadia", _of(FEELINGS, "/maps", "/paper")),
    Screen("map-settings", "nadia", _of(FEELINGS, "/maps", "/settings")),
    Screen("map-doubles", "nadia", _of(LENT, "/maps", "/doubles")),
    Screen("map-point-new", "nadia", _of(LENT, "/maps", "/features/new")),
    Screen("adapt", "nadia", _of(REPORT, "/items", "/adaptation")),
    Screen("feedback-mine", "karim", _of(REPORT, "/reports", "/feedback")),
    Screen("problems", "nadia", "/reports/problems"),
    Screen("collection-choose", "nadia", _with("/collections/choose", COMPARED)),
    Screen("collection-new", "nadia", "/collections/new"),
    Screen("collection-edit", "claire", _of(GATHERED, "/collections", "/edit")),
    Screen("collection-entries", "claire", _of(GATHERED, "/collections", "/entries")),
    Screen("collection-owners", "claire", _of(GATHERED, "/collections", "/owners")),
    Screen("searches", "sophie", "/searches"),
    Screen("search-kept", "sophie", "/searches/1"),
    Screen("search-to-keep", "nadia", "/search?q=atelier+telephone"),
    Screen("questions", "nadia", "/discussions"),
    Screen("question", "nadia", _of(QUESTION)),
    Screen("question-new", "nadia", "/searches/questions?q=xylophone"),
    Screen("notices", "nadia", "/notices"),
    Screen("files", "nadia", "/files?group=1"),
    Screen("file-new", "nadia", "/files/new?group=1"),
    Screen("file-mine", "nadia", _of(PICTURE)),
    Screen("file-edit", "nadia", _of(PICTURE, "/files", "/edit")),
    Screen("file-voice", "nadia", _of(VOICE)),
    Screen("file-chapters", "nadia", _of(VOICE, "/files", "/chapters")),
    Screen("folder-new", "nadia", "/files/folders/new?group=1"),
    Screen("account", "nadia", "/account"),
    Screen("password", "nadia", "/account/password"),
    Screen("sessions", "nadia", "/account/sessions"),
    Screen("tokens", "nadia", "/account/tokens"),
    Screen("production", "karim", "/account/production"),
    Screen("letters", "nadia", "/account/letters"),
    Screen("feeds", "nadia", "/account/feeds"),
    Screen("not-found-mine", "nadia", "/pages/999999", 404),
]
ADMIN = [
    Screen("admin", "claire", "/admin/"),
    Screen("admin-requests", "claire", "/admin/requests"),
    Screen("admin-people", "claire", "/admin/people"),
    Screen("admin-person", "claire", "/admin/people/2"),
    Screen("admin-terms", "claire", "/admin/terms"),
    Screen("admin-term-new", "claire", "/admin/terms/needs/new"),
    Screen("admin-missing", "claire", "/admin/missing"),
    Screen("admin-synonyms", "claire", "/admin/synonyms"),
    Screen("admin-synonym-new", "claire", "/admin/synonyms/new"),
]
ALL = VISITOR + MEMBER + ADMIN
