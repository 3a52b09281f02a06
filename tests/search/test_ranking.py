"""The order of results: what counts, in which measure."""

import datetime
import random

from wiki.db import db, utcnow
from wiki.items.models import Comment
from wiki.search import ranking

LONG = "Du remplissage sans rapport. " * 150


def test_a_word_as_typed_comes_before_another_word_for_it(write, ask):
    alike = write("Les aînés du quartier", "Les aînés se retrouvent le jeudi.")
    typed = write("Les seniors du bourg", "Les seniors se retrouvent le jeudi.")
    found = ask("seniors").ids
    assert found.index(typed.id) < found.index(alike.id)


def test_the_words_of_a_question_together_in_a_long_text_come_before_the_same_words_apart(
    write, ask
):
    apart = write("Journal", f"Un vélo bleu. {LONG} Une remorque. {LONG} Un marché.")
    together = write("Carnet", f"{LONG} Au marché, la remorque du vélo porte tout. {LONG} {LONG}")
    found = ask("comment aller au marché avec une remorque derrière son vélo ?").ids
    assert found[:2] == [together.id, apart.id]


def test_the_title_that_is_the_question_comes_first(write, ask):
    write("Inclusion, accès et autres notions", "L'inclusion. L'inclusion encore. Inclusion.")
    exact = write("Qu'est-ce que l'inclusion ?", "Une définition en trois lignes.")
    assert ask("qu'est-ce que l'inclusion").ids[0] == exact.id


def test_of_two_equals_the_recent_one_comes_first(write, ask):
    old = write("Ruche", "Une ruche au fond du jardin.")
    new = write("Ruche", "Une ruche au fond du jardin.")
    for page, days in ((old, 3000), (new, 1)):
        page.updated_at = utcnow() - datetime.timedelta(days=days)
    db.session.commit()
    assert ask("ruche").ids == [new.id, old.id]
    old.updated_at, new.updated_at = new.updated_at, old.updated_at
    db.session.commit()
    assert ask("ruche").ids == [old.id, new.id]


def test_pages_of_results_hold_each_result_once(write, ask):
    for n in range(90):
        write(f"Lanterne {n}", "Une lanterne de papier." * (n % 7 + 1))
    seen = []
    for offset in range(0, 100, 20):
        seen += ask("lanterne papier", limit=20, offset=offset).ids
    assert len(seen) == len(set(seen)) == 90


def test_what_only_an_attachment_or_a_remark_says_comes_last(write, ask):
    body = write("Atelier", "Le pavot fleurit.")
    remark = write("Autre atelier", "Rien à signaler.")
    said = "Le pavot, le pavot !"
    db.session.add(Comment(item_id=remark.id, author_name="", author_email="", body=said, html=""))
    remark.summary = "Presque rien."
    db.session.commit()
    assert ask("pavot").ids == [body.id, remark.id]


def test_reading_is_bounded_for_any_text():
    import re

    pattern = re.compile(r"(?P<w0_100>mot)")
    fields = dict.fromkeys(("title", "lead", "headings", "body", "attachments", "comments"), "")
    fields["body"] = "mot " * 200_000
    reading = ranking.Reading(fields, pattern, [1.0])
    assert len(reading.places["body"]) < 60_000


def test_pages_agree_when_a_later_one_looks_at_wider_tiers(write, ask, monkeypatch):
    for name, value in (("ENOUGH", 6), ("MANY", 3), ("READ", 4)):
        monkeypatch.setattr(ranking, name, value)
    chance = random.Random(5)
    for n in range(45):
        words = ["lanterne", "moulin", "rivière", "carnet"]
        head = " ".join(chance.sample(words, 2))
        body = " ".join(chance.choice(words) for _ in range(chance.randrange(3, 40)))
        write(f"{head} {n}", body)
    question = "lanterne moulin rivière"
    pages = [ask(question, limit=3, offset=at).ids for at in range(0, 45, 3)]
    seen = [item_id for page in pages for item_id in page]
    assert len(seen) == len(set(seen)) == ask(question).total
    assert seen == ask(question, limit=45).ids
