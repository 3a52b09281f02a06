"""A map and what lies on it: bases, layers, features with their changes, steps of a story."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from flask_babel import gettext as _
from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, Text, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.db import UTCDateTime, db, utcnow
from wiki.groups.models import Group
from wiki.items.models import Item, Scope, SearchText
from wiki.items.searchable import Part
from wiki.maps import fields, withholding

MOST_WORDS = 400_000  # characters of features that a search reads of one map


class Map(Item):
    """Its question, what is asked of each feature, its legend; `seq` counts the operations."""

    __tablename__ = "map"
    id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    map_kind: Mapped[str] = mapped_column(String(10), default="thematic")
    question: Mapped[str] = mapped_column(String(300), default="")
    crs: Mapped[str] = mapped_column(String(6), default="geo")
    view: Mapped[dict] = mapped_column(JSON, default=dict)
    fields: Mapped[list] = mapped_column(JSON, default=list)
    legend: Mapped[str] = mapped_column(Text, default="")
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    # The operation up to which the search has read the features.
    read_seq: Mapped[int] = mapped_column(BigInteger, default=0)

    bases: Mapped[list["Base"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="(Base.rank, Base.id)"
    )
    layers: Mapped[list["Layer"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="(Layer.rank, Layer.id)"
    )
    steps: Mapped[list["Step"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="(Step.rank, Step.id)"
    )

    __mapper_args__: ClassVar = {"polymorphic_identity": "maps"}
    # Features keep their own past: twelve people at once would make a version a second.
    versioned: ClassVar = (
        "title", "summary", "map_kind", "question", "crs", "view", "fields", "legend",
    )  # fmt: skip

    def __init__(self, **given):
        """A map with nothing on it; a first version records what is empty as empty."""
        empty = {
            "map_kind": "thematic", "question": "", "crs": "geo", "view": {}, "fields": [],
            "legend": "", "summary": "", "seq": 0, "read_seq": 0,
        }  # fmt: skip
        super().__init__(**empty | given)

    def texts(self) -> dict[str, str]:
        """The legend that the group wrote."""
        return {"legend": self.legend or ""}

    def search_text(self) -> SearchText:
        """The title, the question, the legend; each feature is a part with its own place."""
        found = SearchText(
            self.title, lead="\n".join(filter(None, [self.question, self.summary])),
            body=self.plain("legend"),
        )  # fmt: skip
        if self.id is not None:
            found.body = "\n".join([found.body, *(f"{s.title}\n{s.text}" for s in self.steps)])
            found.parts = self._feature_parts()
        return found

    def _feature_parts(self) -> list[Part]:
        rows = db.session.execute(
            select(Feature.uuid, Feature.title, Feature.story, Feature.props, Feature.precision)
            .where(Feature.map_id == self.id, Feature.deleted_at.is_(None))
            .order_by(Feature.created_at, Feature.uuid)
        )
        found, room = [], MOST_WORDS
        for uuid, title, story, answers, precision in rows:
            # One index for all readers: an address that some may not read is not found by it.
            props = withholding.known(self.fields, answers, precision, self.crs)
            words = "\n".join(filter(None, [title, story, *fields.words(self.fields, props)]))
            room -= len(words)
            if room < 0:
                break
            if words:
                found.append(Part("feature", words, title, f"feature-{uuid}"))
        return found

    def references(self) -> list[int]:
        """The files and items that its bases, features and steps name."""
        if self.id is None:
            return []
        wanted = {one.file_id for one in [*self.bases, *self.steps]}
        keys = [field["key"] for field in self.fields if field["type"] in fields.POINTING]
        if keys:
            live = select(Feature.props).where(
                Feature.map_id == self.id, Feature.deleted_at.is_(None)
            )
            for props in db.session.scalars(live):
                wanted |= set(fields.pointed(props, keys))
        wanted.discard(None)
        return list(db.session.scalars(select(Item.id).where(Item.id.in_(wanted))))

    def count(self) -> int:
        """How many features lie on it."""
        query = select(func.count()).select_from(Feature)
        return db.session.scalar(
            query.where(Feature.map_id == self.id, Feature.deleted_at.is_(None))
        )

    def count_unplaced(self) -> int:
        """How many features wait to be placed by hand."""
        query = select(func.count()).select_from(Feature)
        waiting = (Feature.map_id == self.id, Feature.deleted_at.is_(None))
        return db.session.scalar(query.where(*waiting, Feature.minx.is_(None)))

    def publish_blockers(self, scope: Scope) -> list[str]:
        """A map without a word or without a point helps nobody."""
        if scope < Scope.NETWORK:
            return []
        reasons = []
        if not ((self.summary or "").strip() or self.question.strip()):
            reasons.append(_("Say in one sentence what this map shows."))
        if self.id is None or not self.count():
            reasons.append(_("Put at least one point on the map."))
        return reasons

    def copy_to(self, group: Group) -> "Map":
        """The same map elsewhere, without who put what."""
        copy = super().copy_to(group)
        copy.bases = [one.again() for one in self.bases]
        copy.steps = [one.again() for one in self.steps]
        live = select(Feature).where(Feature.map_id == self.id, Feature.deleted_at.is_(None))
        by_layer: dict[int, list[Feature]] = {}
        for feature in db.session.scalars(live.order_by(Feature.created_at)):
            by_layer.setdefault(feature.layer_id, []).append(feature)
        for layer in self.layers:
            made = layer.again()
            copy.layers.append(made)
            for feature in by_layer.get(layer.id, []):
                copy.seq += 1
                again = feature.again(copy.seq)
                again.map = copy
                made.held.append(again)
        return copy

    def erase_parts(self, replace: Callable) -> int:
        """Also in its features, their past, its layers and steps."""
        from wiki.maps import erasing

        return erasing.erase(self, replace)

    def field_names(self) -> dict[str, str]:
        """What its fields are called on the screens of its past."""
        return {
            "summary": _("What this map shows"), "question": _("Question"),
            "map_kind": _("Kind of map"), "crs": _("Ground"), "view": _("View"),
            "fields": _("What is asked of each point"), "legend": _("Legend"),
        }  # fmt: skip

    def field_words(self, name: str, value) -> str | None:
        """A field that is no text in words, for those who compare versions."""
        if name == "fields":
            return ", ".join(str(one.get("label", "")) for one in value or [])
        if name == "map_kind":
            return str(fields.MAP_KINDS.get(value, ("",))[0])
        if name == "crs":
            return _("A drawing") if value == "simple" else _("The globe")
        if name == "view":
            return " / ".join(f"{v}" for v in (value or {}).values())
        return None


class Base(db.Model):
    """What lies under a map: a blank sheet, a picture, an outline, packed tiles, online tiles."""

    __tablename__ = "map_base"
    id: Mapped[int] = mapped_column(primary_key=True)
    map_id: Mapped[int] = mapped_column(ForeignKey("map.id", ondelete="CASCADE"), index=True)
    rank: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(10), default="blank")
    file_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="SET NULL"), index=True
    )
    outline: Mapped[str] = mapped_column(String(60), default="")
    # Three points of a picture and where they are on the globe.
    pins: Mapped[list | None] = mapped_column(JSON)
    title: Mapped[str] = mapped_column(String(120), default="")

    def again(self) -> "Base":
        """The same base for a copy of the map."""
        return Base(
            rank=self.rank, kind=self.kind, file_id=self.file_id, outline=self.outline,
            pins=self.pins, title=self.title,
        )  # fmt: skip


class Layer(db.Model):
    """Features drawn together: a theme, or what one person or one kind of actor sees."""

    __tablename__ = "map_layer"
    id: Mapped[int] = mapped_column(primary_key=True)
    map_id: Mapped[int] = mapped_column(ForeignKey("map.id", ondelete="CASCADE"), index=True)
    rank: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(120), default="")
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    viewpoint: Mapped[str] = mapped_column(String(120), default="")
    opacity: Mapped[float] = mapped_column(default=1.0)
    render: Mapped[str] = mapped_column(String(12), default="simple")
    render_field: Mapped[str] = mapped_column(String(60), default="")
    style: Mapped[dict] = mapped_column(JSON, default=dict)
    locked: Mapped[bool] = mapped_column(default=False)

    # Only what a copy brings with it: for reading, ask `reading.rows`.
    held: Mapped[list["Feature"]] = relationship(
        back_populates="layer", cascade="all, delete-orphan", passive_deletes=True
    )

    def again(self) -> "Layer":
        """The same layer, empty, for a copy of the map."""
        return Layer(
            rank=self.rank, title=self.title, viewpoint=self.viewpoint, opacity=self.opacity,
            render=self.render, render_field=self.render_field, style=dict(self.style or {}),
            locked=self.locked,
        )  # fmt: skip


class Feature(db.Model):
    """A point, line or area; without geometry it waits in the list to be placed by hand."""

    __tablename__ = "map_feature"
    __table_args__ = (Index("ix_map_feature_map_id_seq", "map_id", "seq"),)
    uuid: Mapped[str] = mapped_column(String(36), primary_key=True)
    map_id: Mapped[int] = mapped_column(ForeignKey("map.id", ondelete="CASCADE"))
    layer_id: Mapped[int] = mapped_column(
        ForeignKey("map_layer.id", ondelete="CASCADE"), index=True
    )
    # GeoJSON, longitude first; pixels when the map is a drawing.
    geometry: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    minx: Mapped[float | None]
    miny: Mapped[float | None]
    maxx: Mapped[float | None]
    maxy: Mapped[float | None]
    precision: Mapped[str] = mapped_column(String(15), default="exact")
    props: Mapped[dict] = mapped_column(JSON, default=dict)
    title: Mapped[str] = mapped_column(String(300), default="")
    story: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str] = mapped_column(Text, default="")
    session: Mapped[str] = mapped_column(String(80), default="")
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    rev: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    map: Mapped[Map] = relationship()
    layer: Mapped[Layer] = relationship(back_populates="held")

    def again(self, seq: int) -> "Feature":
        """The same feature, of nobody, for a copy of the map."""
        from uuid import uuid4

        kept = (
            "geometry", "minx", "miny", "maxx", "maxy", "precision", "props", "title", "story",
            "html", "session",
        )  # fmt: skip
        return Feature(
            uuid=str(uuid4()), rev=1, seq=seq, created_at=utcnow(), updated_at=utcnow(),
            **{name: getattr(self, name) for name in kept},
        )  # fmt: skip


class Change(db.Model):
    """One accepted operation on a feature: what it became, and from what body it came."""

    __tablename__ = "map_feature_change"
    feature_uuid: Mapped[str] = mapped_column(
        ForeignKey("map_feature.uuid", ondelete="CASCADE"), primary_key=True
    )
    rev: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    data: Mapped[dict] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class Step(db.Model):
    """One step of a story: a text, a place to look at, something to see or hear."""

    __tablename__ = "map_step"
    id: Mapped[int] = mapped_column(primary_key=True)
    map_id: Mapped[int] = mapped_column(ForeignKey("map.id", ondelete="CASCADE"), index=True)
    rank: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str] = mapped_column(Text, default="")
    feature_uuid: Mapped[str] = mapped_column(String(36), default="")
    view: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    file_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", ondelete="SET NULL"), index=True
    )

    def again(self) -> "Step":
        """The same step for a copy, whose features have other numbers."""
        return Step(
            rank=self.rank, title=self.title, text=self.text, html=self.html, view=self.view,
            file_id=self.file_id,
        )  # fmt: skip


class Import(db.Model):
    """A file being read into a map by a job: the outbox, its progress and what was refused."""

    __tablename__ = "map_import"
    id: Mapped[int] = mapped_column(primary_key=True)
    map_id: Mapped[int] = mapped_column(ForeignKey("map.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(200), default="")
    options: Mapped[dict] = mapped_column(JSON, default=dict)
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10), default="asking")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class KnownPlace(db.Model):
    """A place whose coordinates the operator gave, to put a point without a mouse."""

    __tablename__ = "map_known_place"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    folded: Mapped[str] = mapped_column(String(160), index=True)
    code: Mapped[str] = mapped_column(String(20), default="")
    lat: Mapped[float]
    lng: Mapped[float]
