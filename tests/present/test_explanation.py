"""The steps of a number in words, where only the words matter; `tests/test_explain.py` has the rest."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.present.conftest import METRICS, promise, version

from living_sla.agreement.ledger import Ledger
from living_sla.judge.explanation import explain
from living_sla.pipeline import judge_loaded
from living_sla.present.explanation import explain_standing, find_explained
from living_sla.present.pages import site_pages
from living_sla.present.steps import Cited, Step
from living_sla.present.subject import Source
from living_sla.project import Project, load_project
from living_sla.rendering import Renderer, templates_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tests.present.conftest import Text

    from living_sla.present.subject import Standing

LEDGER = Ledger.model_validate(
    {
        "month": "2026-02",
        "version": "1.0.0",
        "as_of": "2026-01-29",
        "inputs": (),
        "parts": (),
        "targets": {"leads": 412},
        "checksum": "none",
    }
)
PLAN = """\
revenue: 100000
average_sale: 1000
win_rate: 10%
targets: {leads: mqls}
"""
PLANNED = promise("total: mqls, at_least: plan, every: month")
SHARE = "share: in_time, of: due, every: month"
REPOSITORY = "https://example.com/acme"


def lines(standing: Standing, period: str, step: str) -> list[str]:
    """What one step says of the promise in a period."""
    explained = find_explained([standing], "promise", period)
    return next((list(found.lines) for found in explained.steps if found.key == step), [])


def daily(metric: str, month: str, values: Iterable[int]) -> list[str]:
    """Rows of a metric from the first day of a month on."""
    return [f"{month}-{day:02},{metric},{value}" for day, value in enumerate(values, start=1)]


# --- where the target comes from


def test_a_planned_target_names_the_month_that_was_frozen(stand: Callable[..., Standing]) -> None:
    standing = stand(promise("total: leads, at_least: 412, every: month"), ["2026-02-01,leads,9"])
    judgement = next(j for j in standing.judgements["promise"] if j.period.id == "2026-02")
    planned = judgement.commitment.measure.model_copy(update={"at_least": "plan"})
    commitment = judgement.commitment.model_copy(update={"measure": planned})
    record = replace(standing.record, plan={"2026-02": LEDGER})
    judgement = replace(judgement, commitment=commitment)
    found = explain(judgement, standing.judgements, {}, record, date(2026, 3, 20))
    assert found.frozen is LEDGER
    explained = explain_standing(replace(standing, record=record), judgement)
    (line,) = next(step.lines for step in explained.steps if step.key == "target")
    assert line.startswith("At least 412 leads, by version 1.0.0 (agreement/acme/commitments.yml:")
    assert line.endswith("): the plan as it was frozen on 29 Jan 2026 (data/acme/plan/2026-02.yml).")


def test_a_planned_target_names_its_line_in_the_frozen_month(
    planned: Callable[..., Standing], tmp_path: Path
) -> None:
    standing = planned(PLAN, ["2026-02-01,mqls,9"], commitments=PLANNED, frozen={"2026-02": "2026-01-29"})
    (line,) = lines(standing, "2026-02", "target")
    before, _, number = line.removesuffix(").").rpartition(":")
    assert before.endswith("the plan as it was frozen on 29 Jan 2026 (data/acme/plan/2026-02.yml")
    frozen = (tmp_path / "data/acme/plan/2026-02.yml").read_text(encoding="utf-8").splitlines()
    assert frozen[int(number) - 1] == "  mqls: 1000"


def test_a_month_that_was_not_frozen_has_no_target_yet(planned: Callable[..., Standing]) -> None:
    standing = planned(PLAN, ["2026-02-01,mqls,9"], commitments=PLANNED, as_of="2026-03-20")
    assert lines(standing, "2026-02", "target") == [
        "Version 1.0.0 leaves it to the plan, whose month 2026-02 was not frozen by 20 Mar 2026."
    ]


def test_a_frozen_month_may_have_no_target_for_the_promise(planned: Callable[..., Standing]) -> None:
    standing = planned(PLAN, ["2026-02-01,mqls,9"], commitments=PLANNED)
    ledger = LEDGER.model_copy(update={"targets": {"visits": 9}})
    explained = explain_standing(
        replace(standing, record=replace(standing.record, plan={"2026-02": ledger})),
        next(j for j in standing.judgements["promise"] if j.period.id == "2026-02"),
    )
    assert next(step.lines for step in explained.steps if step.key == "target") == (
        (
            "Version 1.0.0 leaves it to the plan, which has none for MQLs: 2026-02 was frozen on 29 Jan 2026 "
            "(data/acme/plan/2026-02.yml)."
        ),
    )


@pytest.mark.parametrize(
    ("measure", "deliveries", "words"),
    [
        (
            "total: leads, at_least: 100, every: month",
            (),
            "Carried over from January 2026, on top of it: 60 leads; the verdict is by the 100 agreed.",
        ),
        (
            "deliver: {blog-post: 2, case-study: 1}, every: month",
            [
                "a,blog-post,2026-01-05",
                "b,blog-post,2026-02-01",
                "c,blog-post,2026-02-02",
                "d,blog-post,2026-02-03",
            ],
            (
                "Carried over from January 2026, on top of it: 1 blog post and 1 case study "
                "(1 case study left); the verdict is by the 3 agreed."
            ),
        ),
    ],
)
def test_a_shortfall_that_was_carried_over_stands_beside_the_target(
    stand: Callable[..., Standing], tmp_path: Path, measure: str, deliveries: list[str], words: str
) -> None:
    folder = tmp_path / "agreement" / "acme"
    folder.mkdir(parents=True)
    (folder / "governance.yml").write_text("compensation: [{commitment: promise, how: make-good}]\n")
    rows = ["2026-01-31,leads,40", "2026-02-20,leads,50"]
    standing = stand(promise(measure), rows, deliveries, as_of="2026-02-20")
    assert lines(standing, "2026-02", "target")[1:] == [words]
    assert lines(standing, "2026-01", "target")[1:] == []


# --- where the promise is written


ONE = version("1.0.0", "2026-01-01", promise("total: mqls, at_least: 100, every: month"), on="2025-12-20")
TWO = version("1.1.0", "2026-03-01", "# Raised.\n" + promise("total: mqls, at_least: 120, every: month"))
LINE = METRICS.count("\n") + 2


def test_the_text_here_is_cited_as_it_is(retell: Callable[..., Standing]) -> None:
    standing = retell(ONE, reports={"2026-03-20": ["2026-03-20,mqls,9"]}, as_of="2026-03-20")
    assert lines(standing, "2026-02", "promise")[1] == (
        f"Version 1.0.0, in force from 1 Jan 2026: agreement/acme/commitments.yml:{LINE}"
    )


def test_what_is_no_longer_here_is_cited_as_of_its_commit(retell: Callable[..., Standing]) -> None:
    standing = retell(ONE, TWO, reports={"2026-03-20": ["2026-03-20,mqls,9"]}, as_of="2026-03-20")
    older, newer = (lines(standing, month, "target")[0] for month in ("2026-02", "2026-03"))
    place = f"agreement/acme/commitments.yml:{LINE}"
    assert older == f"At least 100 leads, by version 1.0.0 ({place} as of commit 1111111111)."
    assert newer == f"At least 120 leads, by version 1.1.0 (agreement/acme/commitments.yml:{LINE + 1})."


def test_what_a_clone_cut_off_is_cited_without_its_commit(retell: Callable[..., Standing]) -> None:
    standing = retell(ONE, TWO, reports={"2026-03-20": ["2026-03-20,mqls,9"]}, as_of="2026-03-20")
    old, new = standing.timeline.versions
    cut_off = replace(old, revisions=(replace(old.text, commit=None),))
    standing = replace(standing, timeline=replace(standing.timeline, versions=(cut_off, new)))
    judgement = replace(standing.judgements["promise"][0], agreement=cut_off.agreement)
    (line,) = next(s.lines for s in explain_standing(standing, judgement).steps if s.key == "target")
    assert line.endswith(f"commitments.yml:{LINE} as of an older commit).")


@pytest.mark.parametrize(
    ("texts", "url"),
    [
        ((ONE, TWO), f"{REPOSITORY}/blob/{'1' * 40}/agreement/acme/commitments.yml#L{LINE}"),
        ((ONE,), f"{REPOSITORY}/blob/{'1' * 40}/agreement/acme/commitments.yml#L{LINE}"),
        ((ONE._replace(on=""),), ""),
    ],
)
def test_a_place_leads_to_the_commit_that_holds_it(
    retell: Callable[..., Standing], texts: tuple[Text, ...], url: str
) -> None:
    standing = retell(*texts, reports={"2026-03-20": ["2026-03-20,mqls,9"]}, as_of="2026-03-20")
    explained = explain_standing(standing, standing.judgements["promise"][1], Source(REPOSITORY))
    for step in (step for step in explained.steps if step.key in {"promise", "target"}):
        assert step.cited
        assert step.cited.url == url
        assert [part for line in step.parts for part in line if part[1]] == [(step.cited.text, url)] * bool(
            url
        )


def test_a_step_on_the_page_leads_to_the_line_as_its_commit_left_it(retell: Callable[..., Standing]) -> None:
    standing = retell(ONE, TWO, reports={"2026-03-20": ["2026-03-20,mqls,9"]}, as_of="2026-03-20")
    pages = {page.url: page for page in site_pages([standing], Source(REPOSITORY))}
    html = Renderer(templates_dir()).body(pages["acme/commitments/promise/"])
    place = f"agreement/acme/commitments.yml:{LINE} as of commit 1111111111"
    url = f"{REPOSITORY}/blob/{'1' * 40}/agreement/acme/commitments.yml#L{LINE}"
    assert html.count(f'<a href="{url}">{place}</a>') == 2


def test_a_sentence_is_the_sum_of_its_parts() -> None:
    step = Step(
        "promise", "The promise", ("It holds.", "See a.yml:3 as of then."), (), Cited("a.yml:3", "url")
    )
    assert step.parts == ((("It holds.", ""),), (("See ", ""), ("a.yml:3", "url"), (" as of then.", "")))


# --- what was restated


def test_a_changed_agreement_says_why_the_outcome_changed(retell: Callable[..., Standing]) -> None:
    milder = version(
        "1.0.0", "2026-01-01", promise("total: mqls, at_least: 60, every: month"), on="2026-02-20"
    )
    rows = daily("mqls", "2026-01", [3] * 31)
    standing = retell(ONE, milder, reports={"2026-02-01": rows}, as_of="2026-03-05")
    assert lines(standing, "2026-01", "restatements") == [
        "As closed on 7 Feb 2026: 93 of 100 leads, missed.",
        "Restated on 20 Feb 2026: 93 of 60 leads, met.",
        "The agreement was changed: version 1.0.0, committed on 20 Feb 2026.",
    ]


def test_a_changed_agreement_is_named_beside_values_of_the_same_day(retell: Callable[..., Standing]) -> None:
    milder = version(
        "1.0.0", "2026-01-01", promise("total: mqls, at_least: 60, every: month"), on="2026-02-20"
    )
    reports = {"2026-02-01": daily("mqls", "2026-01", [3] * 31), "2026-02-20": ["2026-01-31,mqls,4"]}
    standing = retell(ONE, milder, reports=reports, as_of="2026-03-05")
    assert lines(standing, "2026-01", "restatements")[2:] == [
        "The agreement was changed: version 1.0.0, committed on 20 Feb 2026.",
        "31 Jan 2026: from 3 to 4 (data/acme/snapshots/2026-02-20.csv:2).",
    ]


def test_a_plan_that_was_frozen_late_says_why_the_outcome_changed(
    planned: Callable[..., Standing], tmp_path: Path
) -> None:
    rows, frozen = daily("mqls", "2026-01", [40] * 31), {"2026-01": "2026-03-12"}
    planned(PLAN, rows, as_of="2026-02-01", commitments=PLANNED, frozen=frozen)
    (loaded,) = load_project(Project(tmp_path))
    assert lines(judge_loaded(loaded, date(2026, 3, 20)), "2026-01", "restatements") == [
        "As closed on 7 Feb 2026: 1,240 leads, not triggered.",
        "Restated on 12 Mar 2026: 1,240 of 1,000 leads, met.",
        "The plan of the month was frozen only on 12 Mar 2026.",
    ]


# --- how fast misses come


def test_the_burn_rates_can_be_checked(stand: Callable[..., Standing]) -> None:
    rows = daily("due", "2026-04", [20] * 20) + daily("in_time", "2026-04", [20] * 18 + [12, 12])
    standing = stand(promise(f"{SHARE}, at_least: 90%"), rows, as_of="2026-04-20")
    assert lines(standing, "2026-04", "pace")[1:] == [
        (
            "10% of the events may be misses. The burn rate of a stretch is its share of misses ÷ 10%, and 0 "
            "for fewer than 10 events. Where both stretches burn faster than their limit, it is too fast."
        ),
        (
            "19 Apr 2026 to 20 Apr 2026: 16 misses of 40 events, burn rate 4; "
            "20 Apr 2026: 8 misses of 20 events, burn rate 4; limit 3.75: too fast."
        ),
        (
            "16 Apr 2026 to 20 Apr 2026: 16 misses of 100 events, burn rate 1.6; "
            "20 Apr 2026: 8 misses of 20 events, burn rate 4; limit 3: not too fast."
        ),
        (
            "11 Apr 2026 to 20 Apr 2026: 16 misses of 200 events, burn rate 0.8; "
            "19 Apr 2026 to 20 Apr 2026: 16 misses of 40 events, burn rate 4; limit 2.25: not too fast."
        ),
        "Misses use up the allowance too fast.",
    ]


def test_a_missing_row_leaves_the_burn_rate_between_two_numbers(stand: Callable[..., Standing]) -> None:
    rows = daily("due", "2026-04", [20] * 20) + daily("in_time", "2026-04", [20] * 19 + [12])
    rows = [row for row in rows if row != "2026-04-19,in_time,20"]
    standing = stand(promise(f"{SHARE}, at_least: 90%"), rows, as_of="2026-04-20")
    assert lines(standing, "2026-04", "pace")[2] == (
        "19 Apr 2026 to 20 Apr 2026: 8 misses of 20 events, burn rate between 2 and 7 with what is missing; "
        "20 Apr 2026: 8 misses of 20 events, burn rate 4; limit 3.75: what is missing decides."
    )


def test_a_burn_rate_shows_on_which_side_of_the_limit_it_is(stand: Callable[..., Standing]) -> None:
    rows = daily("due", "2026-03", [500, 500]) + daily("in_time", "2026-03", [306, 306])
    standing = stand(promise(f"{SHARE}, at_least: 90%"), rows, as_of="2026-03-02")
    assert "burn rate 3.88; limit 3.875: too fast" in lines(standing, "2026-03", "pace")[2]


def test_of_an_upper_limit_the_counted_events_are_the_misses(stand: Callable[..., Standing]) -> None:
    rows = daily("due", "2026-04", [20] * 20) + daily("in_time", "2026-04", [0] * 19 + [1])
    standing = stand(promise(f"{SHARE}, at_most: 10%"), rows, as_of="2026-04-20")
    assert "20 Apr 2026: 1 miss of 20 events, burn rate 0.5; limit 3" in lines(standing, "2026-04", "pace")[3]


def test_without_an_allowance_nothing_burns(stand: Callable[..., Standing]) -> None:
    rows = daily("due", "2026-04", [20] * 5) + daily("in_time", "2026-04", [20] * 5)
    standing = stand(promise(f"{SHARE}, at_least: 100%"), rows, as_of="2026-04-05")
    assert lines(standing, "2026-04", "pace") == [
        "There is no pace for it: it should be at its target all the time."
    ]


# --- what is missing


def test_a_share_names_the_segments_it_lacks(stand: Callable[..., Standing]) -> None:
    regions = "expected: daily, segments: region, segment_values: [North, South]}"
    metrics = f"metrics:\n  due: {{label: To call, unit: leads, {regions}\n"
    metrics += f"  in_time: {{label: Called, unit: leads, {regions}\n"
    rows = [
        f"2026-01-{day:02},{metric},10,{region}"
        for day in range(1, 32)
        for metric in ("due", "in_time")
        for region in ("North", "South")
        if (day, region) != (9, "South") and (day, metric, region) != (10, "in_time", "North")
    ]
    standing = stand(promise(f"{SHARE}, at_least: 90%"), rows, as_of="2026-02-20", metrics=metrics)
    assert lines(standing, "2026-01", "rows:due")[2:] == [
        "Not counted: 2 rows, segments of the share are not reported: North (Called).",
        "Not counted: 1 row, segments of the share are not reported: South (Called) and South (To call).",
    ]
    assert lines(standing, "2026-01", "missing") == [
        "2 reports that should be there are not: 9 Jan 2026 to 10 Jan 2026.",
        "South (Called) is missing: 9 Jan 2026.",
        "South (To call) is missing: 9 Jan 2026.",
        "North (Called) is missing: 10 Jan 2026.",
    ]
    explained = find_explained([standing], "promise", "2026-01", all_rows=True)
    row = next(row for step in explained.steps for row in step.rows if row.day == date(2026, 1, 10))
    assert row.note == "not counted: segments of the share are not reported: North (Called)"


# --- periods that are not judged

YEARLY = promise("total: leads, at_least: 100, every: year")
FROM_JULY = "{timezone: Europe/Amsterdam, fiscal_year_starts: july}"


@pytest.mark.parametrize(
    ("commitments", "period", "message"),
    [
        (
            YEARLY,
            "2026",
            (
                "promise has no period '2026' up to 2026-03-20; it begins on 2025-07-01, before the first, "
                "2027, which begins on 2026-07-01"
            ),
        ),
        (YEARLY, "2027", "period '2027' of promise has not begun by 2026-03-20: it begins on 2026-07-01"),
        (YEARLY, "26", "promise has no period '26' up to 2026-03-20; the first, 2027, begins on 2026-07-01"),
        (
            YEARLY,
            "0000",
            "promise has no period '0000' up to 2026-03-20; the first, 2027, begins on 2026-07-01",
        ),
        (
            promise("total: leads, at_least: 9, every: week"),
            "2026-W13",
            "period '2026-W13' of promise has not begun by 2026-03-20: it begins on 2026-03-23",
        ),
        (
            promise("total: leads, at_least: 9, every: quarter"),
            "2026-Q4",
            "period '2026-Q4' of promise has not begun by 2026-03-20: it begins on 2026-04-01",
        ),
        (
            promise("total: leads, at_least: 9, every: day"),
            "2026-03-21",
            "period '2026-03-21' of promise has not begun by 2026-03-20: it begins on 2026-03-21",
        ),
    ],
)
def test_a_period_that_is_not_judged_says_when_it_begins(
    stand: Callable[..., Standing], commitments: str, period: str, message: str
) -> None:
    standing = stand(commitments, calendar=FROM_JULY)
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        find_explained([standing], "promise", period)


@pytest.mark.parametrize("period", ["2026-03", "2026-05"])
def test_a_period_after_the_last_day_in_force_is_promised_by_no_version(
    stand: Callable[..., Standing], period: str
) -> None:
    standing = stand(promise("total: leads, at_least: 9, every: month"), edits="expires: 2026-02-15\n")
    with pytest.raises(
        ValueError, match=f"no version in force on its first day, {period}-01, promises it so"
    ):
        find_explained([standing], "promise", period)
