from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.present.conftest import Text, promise, version

from living_sla.agreement.history import Revision
from living_sla.present.subject import Source, Subject
from living_sla.present.versions import (
    comparison_pairs,
    comparison_url,
    file_path,
    in_force_text,
    late_text,
    origin_of,
    picker_of,
    span_text,
    texts_of,
    version_url,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.present.subject import Standing

    Retell = Callable[..., Standing]

LEADS = promise("total: leads, at_least: 310, every: month", id_="leads")
FIRST = version("1.0.0", "2026-01-01", LEADS, on="2025-12-15")
SECOND = version("1.1.0", "2026-04-01", LEADS, on="2026-03-20", author="Mia Chen", pull_request=12)
THIRD = version("2.0.0", "2027-01-01", LEADS, on="2026-03-25")
REPOSITORY = "https://git.example/acme/sla"


def told(standing: Standing) -> dict[str, str]:
    """What is said of every version, by its number."""
    subject = Subject(standing, Source())
    return {v.number: span_text(subject, v) for v in standing.timeline.versions}


# --- addresses


def test_versions_and_comparisons_have_addresses_of_their_own() -> None:
    assert version_url("acme", "1.0.0") == "acme/versions/1.0.0/"
    assert comparison_url("acme", "1.0.0", "2.0") == "acme/versions/1.0.0-to-2.0/"


@pytest.mark.parametrize("number", ["../../etc", "v1; rm", "1.0/2", "", "9" * 300])
def test_what_an_old_schema_called_a_number_does_not_lead_out_of_the_folder(number: str) -> None:
    name = version_url("acme", number).removeprefix("acme/versions/").removesuffix("/")
    assert name.startswith("text-")
    assert name.replace("-", "").isalnum()
    assert len(name) == 17


def test_each_version_is_compared_with_the_one_before_and_the_one_in_force(retell: Retell) -> None:
    subject = Subject(retell(FIRST, SECOND, THIRD, as_of="2026-03-30"), Source())
    pairs = [(old.number, new.number) for old, new in comparison_pairs(subject)]
    assert pairs == [("1.0.0", "1.1.0"), ("1.1.0", "2.0.0"), ("1.0.0", "2.0.0")]


def test_one_version_is_compared_with_none(retell: Retell) -> None:
    assert comparison_pairs(Subject(retell(FIRST, as_of="2026-02-01"), Source())) == []


# --- in force


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        ("2025-12-20", "version 1.0.0, in force from 1 January 2026"),
        ("2026-03-31", "version 1.0.0 in force; 1.1.0 from 1 April 2026"),
        ("2026-04-01", "version 1.1.0 in force; 2.0.0 from 1 January 2027"),
        ("2027-01-01", "version 2.0.0 in force"),
    ],
)
def test_the_version_in_force_and_the_next_are_named(retell: Retell, as_of: str, words: str) -> None:
    assert in_force_text(retell(FIRST, SECOND, THIRD, as_of=as_of)) == words


def test_an_expired_version_is_told_with_the_one_to_come(retell: Retell) -> None:
    first = version("1.0.0", "2026-01-01", LEADS, "expires: 2026-06-30", on="2025-12-15")
    words = in_force_text(retell(first, THIRD, as_of="2026-12-01"))
    assert words == "version 1.0.0, expired on 30 June 2026; 2.0.0 from 1 January 2027"


def test_a_version_in_force_that_cannot_be_read_is_named_with_the_one_shown(retell: Retell) -> None:
    old = Text({"agreement.yml": 'version: "0.9"\neffective: 2026-01-01\nold: yes\n'}, on="2025-12-15")
    standing = retell(old, THIRD, as_of="2026-04-01")
    assert in_force_text(standing) == (
        "version 0.9 in force cannot be read here, so 2.0.0 is shown; 2.0.0 from 1 January 2027"
    )


def test_the_days_of_every_version_are_told(retell: Retell) -> None:
    assert told(retell(FIRST, SECOND, THIRD, as_of="2026-11-20")) == {
        "1.0.0": "was in force from 1 January 2026 until 31 March 2026",
        "1.1.0": "in force from 1 April 2026 until 31 December 2026",
        "2.0.0": "comes into force on 1 January 2027",
    }


def test_the_only_version_is_in_force_since_its_first_day(retell: Retell) -> None:
    assert told(retell(FIRST, as_of="2026-02-01")) == {"1.0.0": "in force since 1 January 2026"}


def test_a_version_that_was_replaced_before_it_took_effect_is_told_so(retell: Retell) -> None:
    second = version("1.1.0", "2026-04-01", LEADS, on="2026-02-01")
    third = version("1.2.0", "2026-03-01", LEADS, on="2026-02-10")
    words = told(retell(FIRST, second, third, as_of="2026-05-01"))
    assert words["1.1.0"] == "was replaced before it took effect, by version 1.2.0"


def test_a_version_whose_days_were_given_to_a_later_one_is_told_so(retell: Retell) -> None:
    third = version("1.2.0", "2026-04-01", LEADS, on="2026-06-10")
    words = told(retell(FIRST, SECOND, third, as_of="2026-07-01"))
    assert words["1.1.0"] == "no longer counts: version 1.2.0 took its place from 1 April 2026 on"


# --- who committed it


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2026-04-13", "committed 12 days after it took effect"),
        ("2026-04-02", "committed 1 day after it took effect"),
        ("2026-04-01", ""),
    ],
)
def test_a_late_commit_is_told_by_its_days(retell: Retell, on: str, words: str) -> None:
    standing = retell(FIRST, version("1.1.0", "2026-04-01", LEADS, on=on), as_of="2026-05-01")
    assert late_text(standing.timeline.versions[-1]) == words


def test_a_commit_has_links_where_the_repository_is_known(retell: Retell) -> None:
    revision = retell(FIRST, SECOND, as_of="2026-05-01").timeline.versions[-1].text
    origin = origin_of(revision, Source(REPOSITORY))
    assert origin
    assert (origin.on, origin.author, origin.commit) == ("20 March 2026", "Mia Chen", "2222222222")
    assert (origin.pull_request, origin.pull_request_url) == ("#12", f"{REPOSITORY}/pull/12")
    assert origin.commit_url == f"{REPOSITORY}/commit/{'2' * 40}"


def test_a_commit_has_no_links_where_it_is_not(retell: Retell) -> None:
    revision = retell(FIRST, SECOND, as_of="2026-05-01").timeline.versions[-1].text
    origin = origin_of(revision, Source())
    assert origin
    assert (origin.commit_url, origin.pull_request_url) == ("", "")


def test_what_is_not_committed_has_no_origin(retell: Retell) -> None:
    (draft,) = retell(version("1.0.0", "2026-01-01", LEADS), as_of="2026-02-01").timeline.versions
    assert origin_of(draft.text, Source()) is None


# --- texts


def test_a_text_is_shown_without_what_would_turn_it_around() -> None:
    texts = texts_of(Revision("acme", {"agreement.yml": "name: a\u202eb\x00\n".encode()}, None))
    assert texts == {"agreement.yml": "name: a\ufffdb\ufffd\n"}


def test_an_agreement_of_one_file_is_compared_as_its_main_file() -> None:
    alone = Revision("acme.yml", {"acme.yml": b"title: Acme\n"}, None)
    assert texts_of(alone) == {"agreement.yml": "title: Acme\n"}
    assert file_path(alone, "agreement.yml") == "agreement/acme.yml"
    assert (
        file_path(Revision("acme", {"agreement.yml": b""}, None), "agreement.yml")
        == "agreement/acme/agreement.yml"
    )


# --- the picker


def test_the_picker_lists_the_versions_newest_first_and_marks_the_one_shown(retell: Retell) -> None:
    subject = Subject(retell(FIRST, SECOND, THIRD, as_of="2026-11-20"), Source())
    picker = picker_of(subject)
    assert picker
    assert (picker.here, picker.all_of_them, picker.url) == ("1.1.0", "3 versions", "acme/versions/")
    assert [(link.number, link.url, link.is_in_force, link.is_here) for link in picker.links] == [
        ("2.0.0", "acme/versions/2.0.0/", False, False),
        ("1.1.0", "acme/agreement/", True, True),
        ("1.0.0", "acme/versions/1.0.0/", False, False),
    ]


def test_the_picker_of_a_versions_page_marks_that_version(retell: Retell) -> None:
    standing = retell(FIRST, SECOND, as_of="2026-05-01")
    picker = picker_of(Subject(standing, Source()), standing.timeline.versions[0])
    assert picker
    assert [(link.number, link.is_in_force, link.is_here) for link in picker.links] == [
        ("1.1.0", True, False),
        ("1.0.0", False, True),
    ]


def test_without_a_choice_there_is_no_picker(retell: Retell) -> None:
    assert picker_of(Subject(retell(FIRST, as_of="2026-02-01"), Source())) is None


def test_of_many_versions_the_newest_and_the_one_in_force_are_picked_from(retell: Retell) -> None:
    days = [f"{n:02}" for n in range(1, 15)]
    coming = [version(f"2.{int(d)}", f"2027-01-{d}", LEADS, on=f"2026-03-{d}") for d in days]
    picker = picker_of(Subject(retell(FIRST, *coming, as_of="2026-05-01"), Source()))
    assert picker
    assert [link.number for link in picker.links] == [*(f"2.{n}" for n in range(14, 2, -1)), "1.0.0"]
    assert picker.all_of_them == "15 versions"
