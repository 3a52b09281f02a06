"""Essaim: a light collaborative wiki where groups work and share what they learned."""

__version__ = "0.1.0"

# The modules that hold routes; the order does not matter.
FEATURES = [
    "accounts.views",
    "accounts.claiming",
    "groups.views",
    "groups.entering",
    "groups.doors",
    "items.views",
    "search.views",
    "search.saved_views",
    "notifications.views",
    "files.views",
    "files.tus",
    "consents.views",
    "consents.collecting",
    "consents.door",
    "consents.variant_views",
    "archive.views",
    "archive.import_views",
    "archive.reread_views",
    "pages.views",
    "reports.views",
    "portraits.views",
    "maps.views",
    "programme.views",
    "programme.calendars",
    "events.views",
    "trainings.views",
    "discussions.views",
    "collections.views",
    "kits.views",
    "export.redo_views",
    "export.comparing",
    "home.views",
    "admin.views",
    "admin.missing",
    "admin.synonyms",
    "export.paper",
    "export.posters",
    "export.folders",
    "export.map_papers",
    "export.map_folders",
    "export.entrances",
    "export.drawn_sheets",
    "export.cards",
    "export.signatures",
    "export.production",
    "export.sharing",
    "export.spreadsheet",
    "offline.views",
    "offline.app_views",
    "coedit.door",
    "actions.views",
    "classrooms.views",
    "public.api",
    "public.site",
    "public.feeds",
    "public.oai",
    "public.sitemap",
    "public.metadata",
    "public.oembed",
    "public.map_embed",
    "public.feed_keys",
    "manual",
]


def create_app(**settings):
    """Wire the whole application; `settings` win over the environment.

    Imports stand inside so that `import wiki` costs nothing to the render process and commands.
    """
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    from wiki import config, csrf, errors, jobs, routing, templating, throttle
    from wiki.accounts import signing
    from wiki.db import db

    settings = config.read_environment() | settings
    data = config.prepare_data(settings)
    app = Flask(
        __name__,
        template_folder=str(templating.ASSETS / "templates"),
        static_folder=str(templating.DIST),
        static_url_path="/static",
    )
    app.config.update(settings)
    app.config.update(
        DATA=data,
        SQLALCHEMY_DATABASE_URI=config.database_url(settings, data),
        SQLALCHEMY_ENGINE_OPTIONS=config.engine_options(settings),
        # Larger files come in pieces: no request has to be kept whole beyond this.
        MAX_CONTENT_LENGTH=(min(int(settings["UPLOAD_MAX_MB"]), 100) + 1) * 1_000_000,
        MAX_FORM_MEMORY_SIZE=4_000_000,
        MAX_FORM_PARTS=2_000,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )
    if proxies := int(settings["TRUSTED_PROXIES"]):
        # No prefix: we stand at the root, and a proxy may let a visitor's own header through.
        app.wsgi_app = ProxyFix(app.wsgi_app, proxies, proxies, proxies, proxies, x_prefix=0)
    routing.init_app(app)
    for part in (db, csrf, throttle, templating, errors, jobs, signing):
        part.init_app(app)
    _register_features(app)
    return app


def _register_features(app) -> None:
    """A kind, or any feature, is known to the rest by being named in FEATURES."""
    from importlib import import_module

    from wiki.items.terms import label_of

    for name in FEATURES:
        app.register_blueprint(import_module(f"wiki.{name}").blueprint)
    app.jinja_env.filters["term"] = label_of
