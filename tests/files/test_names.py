"""Names of files: fit for any computer, and titles for people."""

import unicodedata

import pytest
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.db import utcnow
from wiki.files.names import NAME_BYTES, clean_filename, title_from


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Nadia\\Été 2024.docx", "Été 2024.docx"),
        ("e\u0301te\u0301.txt", "été.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\x00b\r\n.txt", "ab.txt"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("lpt1.tar.gz", "_lpt1.tar.gz"),
        (".htaccess", "htaccess"),
        ("  . ", "fichier"),
        ("", "fichier"),
        (None, "fichier"),
        ('a<b>:"c|d?*.txt', "a_b_c_d_.txt"),
        ("fin. ", "fin"),
        ("☃.png", "☃.png"),
    ],
)
def test_a_name_is_cleaned(sent, kept):
    assert clean_filename(sent) == kept


def test_a_long_name_keeps_its_suffix():
    name = clean_filename("é" * 300 + ".pdf")
    assert name.endswith("é.pdf")
    assert len(name.encode()) <= NAME_BYTES


@given(st.text(max_size=400))
@settings(max_examples=500, deadline=None)
def test_any_name_becomes_a_safe_one(sent):
    name = clean_filename(sent)
    assert 0 < len(name.encode()) <= NAME_BYTES
    assert not set(name) & set('/\\<>:"|?*\x00')
    assert name == name.strip(" .")
    assert not any(unicodedata.category(c)[0] == "C" for c in name)
    assert clean_filename(name) == name


@pytest.mark.usefixtures("context")
@given(st.text(max_size=400))
@settings(max_examples=500, deadline=None)
def test_any_name_gives_a_title(sent):
    assert 0 < len(title_from(sent)) <= 150


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    ("sent", "title"),
    [
        ("0_1520583965658_STRATEGIE.pdf", "Strategie"),
        ("1520583965658_STRATÉGIE_TERRITORIALE.pdf", "Stratégie territoriale"),
        ("compte-rendu_reunion_2024.odt", "Compte-rendu reunion 2024"),
        ("CR_CA_20240312.pdf", "CR CA 2024-03-12"),
        ("IMG_4567.HEIC", "Photo 4567"),
        ("IMG_20240312_101112.jpg", "Photo of March 12, 2024, 10:11"),
        ("IMG_20240312_0020.jpg", "Photo of March 12, 2024, 20"),
        ("IMG-20240312-WA0003.jpg", "Photo of March 12, 2024, 3"),
        ("PXL_20240312_101112345.jpg", "Photo of March 12, 2024, 10:11"),
        ("IMG_20240231_0001.jpg", "Photo 2024-02-31"),
        ("Séance 3.pdf", "Séance 3"),
        ("123456789.pdf", "123456789"),
        ("budget.prévisionnel.v2.xlsx", "Budget prévisionnel v2"),
        ("L’été à la ferme.jpg", "L’été à la ferme"),
        ("3f2a9c0d1e4b5a6f_affiche.png", "Affiche"),
    ],
)
def test_a_title_is_made_for_people(sent, title):
    with force_locale("en"):
        assert title_from(sent) == title


@pytest.mark.usefixtures("context")
def test_a_photo_of_this_year_bears_its_day_and_its_rank_in_french():
    year = utcnow().year
    with force_locale("fr"):
        assert title_from(f"IMG_{year}0912_0001.jpg") == "Photo du 12 septembre, 1"
        at_nine = "Photo du 1er septembre, 9\u00a0h\u00a030"
        assert title_from(f"IMG_{year}0901_093000.jpg") == at_nine
        assert title_from("IMG_20240912_0001.jpg") == "Photo du 12 septembre 2024, 1"


@pytest.fixture(scope="module")
def context(built):
    """A request, whose language titles speak."""
    with built[0].test_request_context():
        yield
