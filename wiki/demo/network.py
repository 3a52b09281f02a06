"""What the demo's network did with its texts: gathered, asked, redone, found useful, followed."""

from wiki.accounts.models import hash_token
from wiki.collections.models import Collection, Entry, refer
from wiki.db import db
from wiki.discussions.models import Answer, Discussion
from wiki.groups.journal import Event
from wiki.items.lineage import Adaptation
from wiki.items.models import Item, Scope
from wiki.items.writing import stage
from wiki.reports.feedback import Feedback
from wiki.search.saved import SavedSearch, canonical


def add(loader, told: dict) -> None:
    """Everything of network.yaml but the searches, which need the index, once texts are there."""
    for row in told["collections"]:
        _gather(loader, row)
    for row in told["questions"]:
        _ask(loader, row)
    for row in told["adaptations"]:
        source = loader.items[row["source"]]
        db.session.add(
            Adaptation(
                item_id=loader.items[row["item"]].id,
                source_id=source.id,
                licence=source.licence,
                changes=row["changes"],
                created_at=loader.ago(row["days_ago"]),
            )
        )
    for row in told["feedback"]:
        _judge(loader, row)
    loader.talk(told["comments"])
    db.session.flush()


def keep_searches(loader, told: dict) -> None:
    """The searches people follow; what they find today is known to them. The caller commits."""
    for row in told["searches"]:
        kept = SavedSearch(
            user=loader.people[row["person"]],
            name=row["name"],
            query=canonical(row["query"]),
            cadence=row["cadence"],
        )
        db.session.add(kept)
        db.session.flush()
        kept.begin()


def _gather(loader, row: dict) -> None:
    collection = _item(loader, Collection, row, Scope[row["scope"].upper()], summary=row["summary"])
    db.session.add_all(
        Entry(
            collection_id=collection.id,
            position=position,
            target_id=loader.items[entry["item"]].id if "item" in entry else None,
            title=entry.get("title", ""),
            note=entry.get("note", ""),
        )
        for position, entry in enumerate(row["entries"], 1)
    )
    refer(collection)


def _ask(loader, row: dict) -> None:
    said = {"need": row["need"], "place": row["place"]}
    question = _item(loader, Discussion, row, Scope.NETWORK, "asked the network", **said)
    for answer in row.get("answers", []):
        item, actor = loader.items[answer["item"]], loader.people[answer["by"]]
        when = loader.ago(answer["days_ago"])
        db.session.add(
            Answer(
                discussion_id=question.id, item_id=item.id, added_by_id=actor.id, created_at=when
            )
        )
        _happened(question, actor, "proposed an answer", when, proposed=item.id)
    if "solved_days_ago" in row:
        question.solved_at = loader.ago(row["solved_days_ago"])
        _happened(question, question.author, "found an answer", question.solved_at)


def _judge(loader, row: dict) -> None:
    report, reader = loader.items[row["report"]], loader.people.get(row.get("by"))
    given = Feedback(
        report_id=report.id,
        user_id=reader.id if reader else None,
        visitor=None if reader else hash_token(row["name"]),
        mark=row["mark"],
        words=row["words"],
        name=row.get("name", ""),
        reply=row.get("reply", ""),
        created_at=loader.ago(row["days_ago"]),
        updated_at=loader.ago(row["days_ago"]),
    )
    if given.reply:
        given.replied_by_id = loader.people[row["replied_by"]].id
        given.replied_at = loader.ago(row["replied_days_ago"])
    db.session.add(given)
    _happened(report, reader, "gave feedback", given.created_at, held=False)


def _item(loader, kind: type[Item], row: dict, scope: Scope, verb: str = "", **fields) -> Item:
    """A new item of the group that its path names, dated, and known to the loader by its path."""
    group, author = loader.groups[row["path"].split("/")[1]], loader.people[row["author"]]
    item = kind(group_id=group.id, group=group, title=row["title"], body=row["body"], scope=scope)
    for name, value in fields.items():
        setattr(item, name, value)
    stage(item, author, verb=verb)
    loader.date(item, [loader.ago(row["days_ago"])])
    loader.items[row["path"]] = item
    return item


def _happened(item: Item, actor, verb: str, when, **data) -> None:
    db.session.add(
        Event(group_id=item.group_id, item_id=item.id, actor_id=actor and actor.id, verb=verb,
              data=data, created_at=when)
    )  # fmt: skip
