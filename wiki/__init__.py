"""Essaim: a light collaborative wiki where groups work and share what they learned."""

__version__ = "0.1.0"


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
        MAX_CONTENT_LENGTH=(int(settings["UPLOAD_MAX_MB"]) + 1) * 1_000_000,
        MAX_FORM_MEMORY_SIZE=4_000_000,
        MAX_FORM_PARTS=2_000,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )
    if proxies := int(settings["TRUSTED_PROXIES"]):
        app.wsgi_app = ProxyFix(app.wsgi_app, proxies, proxies, proxies, proxies, proxies)
    routing.init_app(app)
    for part in (db, csrf, throttle, templating, errors, jobs, signing):
        part.init_app(app)
    _register_features(app)
    return app


def _register_features(app) -> None:
    """One line a feature; a kind is known to the rest by being imported here."""
    import wiki.accounts.views
    import wiki.groups.views
    import wiki.items.views

    for views in (
        wiki.accounts.views,
        wiki.groups.views,
        wiki.items.views,
    ):
        app.register_blueprint(views.blueprint)
