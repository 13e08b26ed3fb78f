from __future__ import annotations

import shutil
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from living_sla.agreement.commitments import Answer, Deliver, Level, Share, Total
from living_sla.agreement.durations import Duration, Unit
from living_sla.agreement.loading import Agreement, load_agreement
from living_sla.agreement.terms import weekdays
from living_sla.diagnostics import InputError, Place
from living_sla.project import Project, load_project

if TYPE_CHECKING:
    from pathlib import Path


def load(project: Path) -> Agreement:
    return load_agreement(project / "agreement" / "acme", root=project)


def change(project: Path, file: str, typed: str, instead: str) -> None:
    path = project / "agreement" / "acme" / file
    text = path.read_text()
    assert typed in text
    path.write_text(text.replace(typed, instead))


def told(project: Path) -> list[str]:
    with pytest.raises(InputError) as refusal:
        load_project(Project(project))
    return [f"{p.place} {p.sentence}" for p in refusal.value.problems]


def test_the_terms_are_read(project: Path) -> None:
    terms = load(project).terms
    assert (terms.title, terms.version, terms.effective) == ("Acme", "1.0.0", date(2026, 1, 1))
    assert terms.expires is None
    assert [(key, party.name) for key, party in terms.parties.items()] == [
        ("marketing", "Marketing"),
        ("sales", "Sales"),
    ]


def test_hours_are_minutes_since_midnight(project: Path) -> None:
    assert load(project).terms.calendar.working_hours == {
        "mon-thu": ((540, 750), (810, 1020)),
        "fri": ((540, 900),),
    }


def test_hours_left_out_are_nine_to_five_from_monday_to_friday(project: Path) -> None:
    hours = '  working_hours: {mon-thu: ["09:00-12:30", "13:30-17:00"], fri: ["09:00-15:00"]}\n'
    change(project, "agreement.yml", hours, "")
    assert load(project).terms.calendar.working_hours == {"mon-fri": ((540, 1020),)}


def test_the_commitments_stand_in_the_order_of_the_file(project: Path) -> None:
    ids = [commitment.id for commitment in load(project).commitments]
    assert ids == ["volume", "follow-up", "response", "report", "feedback", "training"]


def test_each_shape_of_measure_is_read(project: Path) -> None:
    volume, follow_up, response, report, feedback, training = (c.measure for c in load(project).commitments)
    assert volume == Total(total="mqls", at_least={"2026-01": 90, "2026-02": 100}, every="month")
    assert follow_up == Share(share="leads_called", of="leads_due", at_least="95%", every="month")
    assert response == Level.model_construct(level="response_hours", at_most=Fraction(9, 2), every="month")
    assert report == Deliver(deliver={"report": 1}, every="week", by="friday")
    assert isinstance(feedback, Answer)
    assert feedback.within == Duration(3, Unit.DAY, working=True)
    assert (feedback.at_least, training.at_least) == (1, 1)


def test_everything_that_is_delivered_or_waited_for_is_a_deliverable(project: Path) -> None:
    assert load(project).deliverables == {"report", "feedback", "launch", "training"}


def test_each_commitment_knows_its_place(project: Path) -> None:
    places = load(project).places
    assert places["agreement"] == Place("agreement/acme/agreement.yml", 1, 1)
    assert places["volume"] == Place("agreement/acme/commitments.yml", 12, 5)


def test_definitions_may_be_left_out(project: Path) -> None:
    (project / "agreement" / "acme" / "definitions.yml").unlink()
    change(project, "commitments.yml", "definition: mql, ", "")
    assert load(project).definitions.glossary == {}


def test_a_term_without_definitions_is_not_known(project: Path) -> None:
    (project / "agreement" / "acme" / "definitions.yml").unlink()
    assert told(project) == ["agreement/acme/commitments.yml:2:59 term 'mql' is not known"]


def test_kinds_may_be_delivered_without_being_listed(project: Path) -> None:
    listed = (project / "agreement" / "acme" / "commitments.yml").read_text().split("items:\n")[1]
    change(project, "commitments.yml", "items:\n" + listed.split("commitments:\n")[0], "")
    assert load(project).items == {}


def test_what_one_file_misses_is_not_held_against_another(project: Path) -> None:
    change(project, "agreement.yml", "title: Acme", "titel: Acme")
    change(project, "definitions.yml", "glossary", "glosary")
    change(project, "commitments.yml", "party: sales", "party: support")
    assert {line.partition(":")[0] for line in told(project)} == {
        "agreement/acme/agreement.yml",
        "agreement/acme/definitions.yml",
    }


def test_a_break_in_one_file_hides_no_mistake_in_another(project: Path) -> None:
    change(project, "agreement.yml", "2026-01-01", "2026-01-01\nexpires: 2025-01-01")
    change(project, "commitments.yml", "at_most: 4.5", "at_mots: 4.5")
    assert [line.partition(" ")[0] for line in told(project)] == [
        "agreement/acme/agreement.yml:4:10",
        "agreement/acme/commitments.yml:21:38",
    ]


def test_a_week_53_is_a_period_of_a_year_that_has_one(project: Path) -> None:
    table = "{2026-01: 90, 2026-02: 100}, every: month"
    change(project, "commitments.yml", table, "{2026-W53: 90}, every: week")
    assert load(project).commitments[0].measure.at_least == {"2026-W53": 90}


@pytest.mark.parametrize(
    ("every", "period"),
    [
        ("day", "2026-02-28"), ("week", "2026-W01"), ("month", "2026-12"), ("quarter", "2026-Q4"),
        ("year", "2199"),
    ],
)  # fmt: skip
def test_a_table_names_its_periods_as_the_pages_do(project: Path, every: str, period: str) -> None:
    table = "{2026-01: 90, 2026-02: 100}, every: month"
    change(project, "commitments.yml", table, f'{{"{period}": 90}}, every: {every}')
    assert load(project).commitments[0].measure.at_least == {period: 90}


@pytest.mark.parametrize(
    ("every", "period"),
    [
        ("day", "2026-02-29"), ("day", "2026-03"), ("week", "2025-W53"), ("week", "2026-W00"),
        ("month", "2026-13"), ("month", "2026-00"), ("month", "2026-1"), ("month", "1969-12"),
        ("quarter", "2026-Q5"),
        ("quarter", "2026-q1"), ("year", "2200"), ("year", "26"),
    ],
)  # fmt: skip
def test_a_table_has_no_period_that_never_comes(project: Path, every: str, period: str) -> None:
    table = "{2026-01: 90, 2026-02: 100}, every: month"
    change(project, "commitments.yml", table, f'{{"{period}": 90}}, every: {every}')
    (line,) = told(project)
    assert line.startswith(
        f"agreement/acme/commitments.yml:14:39 '{period}' is not a {every}; write it like "
    )


def test_commitments_that_wait_for_a_circle_are_not_in_it(project: Path) -> None:
    change(project, "commitments.yml", "- id: volume", "- id: volume\n    once: follow-up")
    change(project, "commitments.yml", "- id: response", "- id: response\n    once: volume")
    assert [line.split(" ")[1] for line in told(project)] == ["'volume'", "'follow-up'"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("mon", (0,)), ("sun", (6,)), ("mon-fri", (0, 1, 2, 3, 4)), ("sat-mon", (5, 6, 0)), ("tue-tue", (1,)),
        ("", ()), ("Mon", ()), ("monday", ()), ("mon-", ()), ("-fri", ()),
        ("mon-fri-sun", ()), ("mon - fri", ()),
    ],
)  # fmt: skip
def test_weekdays_are_one_day_or_a_range(text: str, numbers: tuple[int, ...]) -> None:
    assert weekdays(text) == numbers


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"])
def test_a_time_zone_is_known_by_its_name(project: Path, zone: str) -> None:
    change(project, "agreement.yml", "Europe/Berlin", zone)
    assert load(project).terms.calendar.timezone == zone


@pytest.mark.parametrize(
    "zone", ["../../etc/passwd", "/etc/localtime", "localtime", "Factory", "Europe", "GMT+25", "x" * 200]
)
def test_a_time_zone_is_no_file_and_no_setting_of_the_machine(project: Path, zone: str) -> None:
    change(project, "agreement.yml", "Europe/Berlin", zone)
    (line,) = told(project)
    assert line.startswith("agreement/acme/agreement.yml:8:13 time zone '")


@pytest.mark.parametrize("region", ["US", "US-NY", "AU-NSW Western", "DE-BE", "GB-SCT"])
def test_holidays_are_those_of_a_country_or_a_part_of_it(project: Path, region: str) -> None:
    change(project, "agreement.yml", "DE-BE", region)
    assert load(project).terms.calendar.holidays == region


@pytest.mark.parametrize("region", ["XX", "us", "US-", "US-XX", "US-NY-NY", "DE_BE", "-"])
def test_holidays_of_nowhere_are_refused(project: Path, region: str) -> None:
    change(project, "agreement.yml", "DE-BE", f'"{region}"')
    (line,) = told(project)
    assert line.startswith(f"agreement/acme/agreement.yml:10:13 holidays of '{region}' are not known; ")


@pytest.mark.parametrize("name", ["con", "lpt1", "404", "search"])
def test_a_folder_has_no_name_that_the_site_or_a_system_needs(project: Path, name: str) -> None:
    (project / "agreement" / "acme").rename(project / "agreement" / name)
    (project / "data" / "acme").rename(project / "data" / name)
    assert told(project) == [
        f"agreement/{name}:1:1 the folder's name '{name}' is a name the site needs itself; choose another id"
    ]


def test_a_linked_file_is_not_read(project: Path) -> None:
    file = project / "agreement" / "acme" / "definitions.yml"
    file.rename(project / "elsewhere.yml")
    file.symlink_to(project / "elsewhere.yml")
    assert told(project) == [
        "agreement/acme/definitions.yml:1:1 a symbolic link is not read; commit what it points to"
    ]


def test_a_link_to_nothing_is_not_a_file_left_out(project: Path) -> None:
    (project / "agreement" / "acme" / "definitions.yml").unlink()
    (project / "agreement" / "acme" / "definitions.yml").symlink_to(project / "nowhere")
    assert "agreement/acme/definitions.yml:1:1 a symbolic link is not read; commit what it points to" in told(
        project
    )


@pytest.mark.parametrize(
    "folder", ["agreement", "agreement/acme", "data", "data/acme", "data/acme/snapshots"]
)
def test_a_linked_folder_is_not_read(project: Path, folder: str) -> None:
    outside = project.parent / "outside"
    shutil.move(project / folder, outside)
    for file in outside.rglob("*.*"):
        file.write_text("secret,that,is,not,to,be,told")
    (project / folder).symlink_to(outside)
    assert told(project) == [f"{folder}:1:1 a symbolic link is not read; commit what it points to"]


def test_a_project_has_a_folder_of_agreements(tmp_path: Path) -> None:
    assert told(tmp_path) == [
        (
            "agreement:1:1 the folder agreement/ is missing; "
            "run living-sla in the folder that holds agreement/ and data/"
        )
    ]


def test_a_project_has_an_agreement(tmp_path: Path) -> None:
    (tmp_path / "agreement").mkdir()
    assert told(tmp_path) == [
        (
            "agreement:1:1 the folder agreement/ holds no agreement; "
            "make one folder for each agreement, for example agreement/marketing-sales/"
        )
    ]


def test_agreements_are_ordered_by_their_id(project: Path) -> None:
    for name in ("zeta", "beta"):
        shutil.copytree(project / "agreement" / "acme", project / "agreement" / name)
    assert [loaded.agreement.id for loaded in load_project(Project(project))] == ["acme", "beta", "zeta"]


def test_hidden_folders_and_those_with_an_underscore_are_no_agreements(project: Path) -> None:
    for name in (".git", "_includes"):
        (project / "agreement" / name).mkdir()
    assert [loaded.agreement.id for loaded in load_project(Project(project))] == ["acme"]


def test_text_is_data_whatever_it_holds(project: Path) -> None:
    typed = "<script>{{ 7*7 }} ::error:: `x` ${y}"
    change(project, "agreement.yml", "title: Acme", f"title: '{typed}'")
    assert load(project).terms.title == typed
