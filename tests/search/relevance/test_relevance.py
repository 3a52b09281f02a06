"""Queries a professional types, on the demo's texts, judged by reading (queries.yaml)."""

from pathlib import Path

import pytest

from tests.bench import judged

QUERIES = judged.read(Path(__file__).with_name("queries.yaml"))
KINDS = {
    "exact", "inflection", "accents", "elision", "hyphen", "acronym",
    "synonym", "typo", "phrase", "natural", judged.NOTHING,
}  # fmt: skip
ANSWERED = [query for query in QUERIES if query.grades]
# The least nDCG@10 of a kind; what a change of ranking may not go under.
LEAST = {
    "exact": 0.90,
    "inflection": 0.90,
    "accents": 0.88,
    "elision": 0.90,
    "hyphen": 0.90,
    "acronym": 0.90,
    "synonym": 0.80,
    "typo": 0.92,
    "phrase": 0.90,
    "natural": 0.85,
}


@pytest.fixture(scope="module")
def scores(ask):
    """Each answered query with what its answer is worth."""
    return [(query, judged.score(query, ask(query.query))) for query in ANSWERED]


def told(scores, count=8):
    """The worst, so that a failure says where to look."""
    worst = sorted(scores, key=lambda pair: pair[1].ndcg)[:count]
    return "\n".join(f"{score.ndcg:.2f} {query.kind} {query.query}" for query, score in worst)


def test_there_are_queries_of_every_kind():
    assert len(QUERIES) >= 70
    assert {query.kind for query in QUERIES} == KINDS


def test_judgments_name_texts_of_the_demo(demo):
    _app, paths = demo
    assert {name for query in QUERIES for name in query.grades} <= set(paths.values())


def test_what_answers_comes_first(scores):
    every = judged.mean(score for _query, score in scores)
    assert every.ndcg >= 0.90, told(scores)
    assert every.recall >= 0.95, told(scores)
    assert every.reciprocal >= 0.92, told(scores)


@pytest.mark.parametrize("kind", sorted(LEAST))
def test_every_kind_of_query_is_answered(scores, kind):
    ours = [pair for pair in scores if pair[0].kind == kind]
    assert judged.mean(score for _query, score in ours).ndcg >= LEAST[kind], told(ours)


@pytest.mark.parametrize("query", [q for q in QUERIES if q.plain], ids=lambda q: q.query)
def test_another_spelling_gives_the_same(ask, query):
    assert ask(query.query) == ask(query.plain)


@pytest.mark.parametrize("query", [q for q in QUERIES if not q.grades], ids=lambda q: q.query)
def test_what_nothing_answers_finds_nothing(demo, query):
    from flask_login import AnonymousUserMixin

    from wiki.search import find

    assert find(query.query, AnonymousUserMixin()).total == 0
