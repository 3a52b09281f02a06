"""Letters: a row in the caller's transaction, sent afterwards by a job, by SMTP or as .eml."""

import smtplib
import ssl
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from flask import current_app
from flask_babel import force_locale
from jinja2 import TemplateNotFound
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from wiki.db import UTCDateTime, db, utcnow
from wiki.jobs import job, periodic
from wiki.storage import write_durably

ATTEMPTS = 8  # spread over about ten hours
KEEP_DAYS = 30
DEFAULT_BASE = "http://127.0.0.1:8000"


class Mail(db.Model):
    """A letter to send, or sent: its words are forgotten on sending, for they may hold a key."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=utcnow, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]


def post(to: str, template: str, lang: str, **context) -> Mail:
    """Write a letter from templates/emails/<template>.txt (and .html), sent after the commit.

    The first line of the text template is the subject. Templates get `link(endpoint, **values)`.
    """
    with force_locale(lang):
        subject, _, text = _rendered(f"{template}.txt", context).partition("\n")
        try:
            html = _rendered(f"{template}.html", context)
        except TemplateNotFound:
            html = None
    mail = Mail(to=to, subject=" ".join(subject.split()), text=text.strip() + "\n", html=html)
    db.session.add(mail)
    deliver.later()
    return mail


def link(endpoint: str, **values) -> str:
    """The full address of a page, on the configured host whatever the request said."""
    return base_url() + current_app.url_map.bind("localhost").build(endpoint, values)


def base_url() -> str:
    """The site's public address, without a final slash."""
    return str(current_app.config["BASE_URL"] or DEFAULT_BASE).rstrip("/")


@periodic(minute="*/5", sweep=True)
@job
def deliver() -> None:
    """Send every letter that is due; one that cannot leave is tried again, later and later."""
    due = select(Mail.id).where(Mail.due_at <= utcnow()).order_by(Mail.id)
    for mail_id in db.session.scalars(due).all():
        if _claim(mail_id):
            _send(db.session.get(Mail, mail_id))


@periodic(hour="4", minute="10")
def forget_old() -> None:
    """Delete the trace of letters sent, or given up, a month ago."""
    limit = utcnow() - timedelta(days=KEEP_DAYS)
    db.session.execute(delete(Mail).where(Mail.due_at.is_(None), Mail.created_at < limit))
    db.session.commit()


def undelivered() -> list[Mail]:
    """The letters given up, newest first, for the administrator."""
    failed = Mail.sent_at.is_(None) & Mail.due_at.is_(None)
    return list(db.session.scalars(select(Mail).where(failed).order_by(Mail.id.desc()).limit(50)))


def _rendered(name: str, context: dict) -> str:
    """A letter is no page: nothing of the screen (who is signed in, their groups) goes in."""
    template = current_app.jinja_env.get_template(f"emails/{name}")
    return template.render(site_name=current_app.config["SITE_NAME"], link=link, **context)


def _claim(mail_id: int) -> bool:
    """Take a letter for this process; if it dies now, the letter is due again in ten minutes."""
    taken = db.session.execute(
        update(Mail)
        .where(Mail.id == mail_id, Mail.due_at <= utcnow())
        .values(due_at=utcnow() + timedelta(minutes=10), attempts=Mail.attempts + 1)
    )
    db.session.commit()
    return taken.rowcount == 1


def _send(mail: Mail) -> None:
    db.session.refresh(mail)
    try:
        if current_app.config["SMTP_URL"]:
            _send_by_smtp(_message(mail))
        else:
            _write_eml(mail.id, _message(mail))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        final = mail.attempts >= ATTEMPTS or _is_refused(error)
        mail.error = f"{type(error).__name__}: {error}"[:500]
        mail.due_at = None if final else utcnow() + timedelta(minutes=2**mail.attempts)
    else:
        mail.sent_at, mail.due_at, mail.error = utcnow(), None, None
        mail.text, mail.html = "", None
    db.session.commit()


def _message(mail: Mail) -> EmailMessage:
    host = urlsplit(base_url()).hostname
    message = EmailMessage()
    message["From"] = current_app.config["MAIL_FROM"] or f"essaim@{host}"
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = make_msgid(domain=host)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


def _send_by_smtp(message: EmailMessage) -> None:
    """smtp:// takes STARTTLS when offered and gives no password without; smtps:// is all TLS."""
    url = urlsplit(current_app.config["SMTP_URL"])
    context = ssl.create_default_context()
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(url.hostname, url.port or 465, timeout=30, context=context)
    else:
        server = smtplib.SMTP(url.hostname, url.port or 25, timeout=30)
    with server:
        server.ehlo()
        if url.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif url.scheme != "smtps" and url.username:
            raise smtplib.SMTPException("the mail server offers no TLS: the password was not sent")
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)


def _write_eml(mail_id: int, message: EmailMessage) -> None:
    folder = current_app.config["DATA"] / "mail"
    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"{utcnow():%Y%m%d-%H%M%S}-{mail_id}.eml"
    write_durably(folder / name, lambda file: file.write(bytes(message)))


def _is_refused(error: Exception) -> bool:
    """Whether trying again cannot help: the server refused this address or this letter for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused):
        return False
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)
