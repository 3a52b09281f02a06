"""Judged queries, and what a list of results is worth beside them."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

DEPTH = 10  # results that a person looks at
NOTHING = "zero-hit"  # the kind of the queries to which no document answers


@dataclass(frozen=True, eq=False)
class Query:
    """What somebody typed, and how well documents answer: 2 answers, 1 helps, absent does not."""

    kind: str
    query: str
    grades: dict[str, int] = field(default_factory=dict)
    plain: str = ""  # another spelling of the same, which must give the same results


@dataclass(frozen=True)
class Score:
    """How good one answer was, each from 0 to 1; no recall when no document is graded 2."""

    ndcg: float
    recall: float | None
    reciprocal: float
    empty: bool


def read(path: Path) -> list[Query]:
    """The queries of a JSON or YAML file: `[{"kind", "query", "grades": {"path": 1 or 2}}]`."""
    text = path.read_text("utf-8")
    rows = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    found = []
    for row in rows:
        grades = {_name(name): int(grade) for name, grade in (row.get("grades") or {}).items()}
        kept = {name: grade for name, grade in grades.items() if grade > 0}
        found.append(Query(str(row["kind"]), str(row["query"]), kept, row.get("plain", "")))
    return found


def score(query: Query, results: list[str]) -> Score:
    """What these results, best first, are worth for a query that has an answer."""
    shown = [query.grades.get(_name(name), 0) for name in results]
    ideal = sorted(query.grades.values(), reverse=True)
    best = {name for name, grade in query.grades.items() if grade == 2}
    found = best & {_name(name) for name in results[:DEPTH]}
    return Score(
        ndcg=_gain(shown) / _gain(ideal),
        recall=len(found) / min(len(best), DEPTH) if best else None,
        reciprocal=next((1 / place for place, grade in enumerate(shown, 1) if grade), 0.0),
        empty=not results,
    )


def mean(scores: Iterable[Score]) -> Score:
    """The average of several, `empty` true when any is."""
    every = list(scores)
    recalls = [one.recall for one in every if one.recall is not None]
    return Score(
        ndcg=sum(one.ndcg for one in every) / len(every),
        recall=sum(recalls) / len(recalls) if recalls else None,
        reciprocal=sum(one.reciprocal for one in every) / len(every),
        empty=any(one.empty for one in every),
    )


def _gain(grades: list[int]) -> float:
    """Discounted cumulative gain of the first ones: 3 for an answer, 1 for what helps."""
    return sum(
        (2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades[:DEPTH], 1)
    )


def _name(path: str) -> str:
    return path.removesuffix(".md")
