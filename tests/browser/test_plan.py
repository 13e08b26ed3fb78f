"""The plan's page and its calculator: Python's numbers, kept in the address, without network."""

from __future__ import annotations

import random
import re
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from tests import plans
from tests.browser.test_site import HEADINGS, NAMELESS, OUTSIDE
from tests.conftest import ROOT
from tests.plans import month_of

from living_sla.agreement.loading import parse_agreement
from living_sla.judge.horizon import leads_commitment
from living_sla.judge.plan import Plan, plan_month
from living_sla.judge.solving import SHARES, SOLVABLE, PlanProblem, Quantity, solve, whole_leads
from living_sla.present.calculation import solution_text
from living_sla.present.calculator import calculator_values, typed_text
from living_sla.project import Project, load_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page
    from tests.browser.conftest import OpenPage, Serve, Traffic

    from living_sla.agreement.quantities import Exact
    from living_sla.record.loading import Record

pytestmark = pytest.mark.browser

ANSWER = """async ([script, cases]) => {
  const { answer } = await import(script);
  return cases.map(([wanted, given]) => {
    const { exact, text, refusal } = answer(wanted, given, { sign: "$", weights: [] });
    return [exact ?? "", text ?? refusal];
  });
}"""
# Every table that is wider than the room it has.
CUT = """() => [...document.querySelectorAll(".sla-scroll")]
  .filter((element) => element.scrollWidth > element.clientWidth + 1)
  .map((element) => element.getAttribute("aria-label"))"""


@pytest.fixture(scope="module")
def site(built_example: Path, serve: Serve) -> Iterator[str]:
    """Where the example is served."""
    with serve(built_example) as at:
        yield at


@pytest.fixture(scope="module")
def address(site: str) -> str:
    """Where the plan of the example is served."""
    return f"{site}marketing-sales/plan/"


def calculator(page: Page, address: str) -> Page:
    page.goto(address)
    page.locator(".sla-calculator").wait_for()
    return page


def enter(page: Page, **texts: str) -> None:
    """Type into the fields by keyboard; what is not named is emptied."""
    for key in ("revenue", "share", "average-sale", "win-rate", "customers", "leads"):
        field = page.locator(f"#calculator-{key}")
        if field.is_editable():
            field.press("Control+a")
            field.press("Delete")
            field.press_sequentially(texts.get(key.replace("-", "_"), ""))


def result(page: Page) -> str:
    return page.locator(".sla-calculator-result").inner_text()


def lines(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(".sla-calculator li").all_inner_texts()]


def amount(draw: random.Random, quantity: Quantity) -> Exact:
    """A share or an amount, now and then zero, below zero, over 100 % or with many digits."""
    oddity = draw.random()
    if oddity < 0.03:
        return draw.choice((0, -draw.randint(1, 9)))
    if quantity in SHARES:
        above = 3 if oddity < 0.06 else 1
        return Fraction(draw.randint(1, 10_000 * above), 10_000)
    return draw.choice(
        (
            draw.randint(1, 10 ** draw.randint(1, 9)),
            Fraction(draw.randint(1, 10**8), 100),
            Fraction(draw.randint(1, 10**6), draw.randint(1, 10**4)),
        )
    )


def case(draw: random.Random) -> tuple[Quantity, dict[Quantity, Exact]]:
    """What is wanted, and what is known: mostly one way that leads there, now and then too much or little."""
    wanted = draw.choice(SOLVABLE)
    known = {quantity: amount(draw, quantity) for quantity in SOLVABLE if quantity is not wanted}
    way = draw.random()
    if way < 0.45:
        known.pop(Quantity.CUSTOMERS, None)
    elif way < 0.85:
        leads, sales = {Quantity.LEADS, Quantity.WIN_RATE}, set(SOLVABLE[:3])
        other = sales if wanted in leads else leads
        known = {quantity: value for quantity, value in known.items() if quantity not in other}
    else:
        for quantity in draw.sample(sorted(known), k=draw.randint(1, 3)):
            del known[quantity]
    return wanted, known


def in_python(wanted: Quantity, known: dict[Quantity, Exact]) -> list[str]:
    try:
        value = solve(wanted, known)
    except PlanProblem as error:
        return ["", str(error)]
    return [str(Fraction(value)), solution_text(wanted, value, "USD")]


def test_a_thousand_random_inputs_give_exactly_what_python_gives(page: Page, site: str, address: str) -> None:
    draw = random.Random(5)  # noqa: S311 the same cases every time
    cases = [case(draw) for _ in range(1000)]
    page.goto(address)
    typed = [
        (wanted.key, {quantity.key: typed_text(quantity, value) for quantity, value in known.items()})
        for wanted, known in cases
    ]
    found = page.evaluate(ANSWER, [f"{site}assets/living-sla/calculator.js", typed])
    expected = [in_python(wanted, known) for wanted, known in cases]
    assert sum(bool(value) for value, _ in expected) > 500
    assert len({text.split(";")[0] for value, text in expected if not value}) > 10
    assert [row for row in zip(typed, found, expected, strict=True) if row[1] != row[2]] == []


def test_leads_are_rounded_up_as_in_python(page: Page, site: str, address: str) -> None:
    page.goto(address)
    cases = [("leads", {"customers": f"{n}/7", "win-rate": "1/3"}) for n in range(1, 200)]
    found = page.evaluate(ANSWER, [f"{site}assets/living-sla/calculator.js", cases])
    whole = [f"{whole_leads(Fraction(3 * n, 7)):,}" for n in range(1, 200)]
    assert [text.removesuffix(" rounded up").rsplit(" ", 1)[1] for _, text in found] == whole


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"revenue": "5,000", "average_sale": "100", "win_rate": "50%"}, "leads: 100"),
        ({"customers": "7", "win_rate": "5%"}, "leads: 140"),
    ],
)
def test_the_worked_cases_are_typed_by_keyboard(
    page: Page, traffic: Traffic, address: str, typed: dict[str, Any], told: str
) -> None:
    calculator(page, address)
    enter(page, **typed)
    assert (result(page), traffic.errors) == (told, [])


def test_what_a_lead_is_worth_is_told_even_while_the_leads_are_not_known(page: Page, address: str) -> None:
    calculator(page, address)
    enter(page, average_sale="$160,000", win_rate="1%")
    assert lines(page) == ["value of a lead $160,000 \N{MULTIPLICATION SIGN} 1% = $1,600"]
    assert result(page) == ("Too little is known to work out the leads; say the revenue goal too")


def test_the_calculator_starts_from_the_plan_of_the_month(page: Page, address: str) -> None:
    calculator(page, address)
    assert page.locator("#calculator-revenue").input_value() == "150000"
    assert result(page) == "leads: 363.25, 366 rounded up in each segment"
    assert "at_least: 366, every: month" in page.locator(".sla-calculator-yaml").inner_text()


def test_a_fraction_is_read_as_a_percentage_and_reckoned_with_in_full(
    page: Page, open_page: OpenPage, address: str
) -> None:
    calculator(page, address)
    rate = page.locator("#calculator-win-rate")
    assert (rate.input_value(), result(page)) == ("2.0969%", "leads: 363.25, 366 rounded up in each segment")
    page.locator("#calculator-revenue").fill("150001")
    kept = page.evaluate("location.href")
    assert "win-rate=29%2F1383" in kept
    other = calculator(open_page(), kept)
    assert other.locator("#calculator-win-rate").input_value() == "2.0969%"
    assert result(other) == result(page)
    rate.fill("2%")
    assert result(page) == "leads: 380.85, 381 rounded up"


def test_a_rate_that_was_worked_out_is_read_as_a_percentage_too(page: Page, address: str) -> None:
    calculator(page, address)
    page.locator("#calculator-solve").select_option("win-rate")
    page.locator("#calculator-leads").fill("450")
    page.locator("#calculator-solve").select_option("leads")
    assert page.locator("#calculator-win-rate").input_value() == "1.6927%"
    assert result(page) == "leads: 450"


def test_another_number_is_worked_out_from_the_leads(page: Page, address: str) -> None:
    calculator(page, address)
    page.locator("#calculator-solve").select_option("win-rate")
    assert page.locator("#calculator-leads").input_value() == "366"
    page.locator("#calculator-leads").fill("500")
    assert result(page) == "win rate: 1.5%"
    assert "win_rate: 1.524%  # " in page.locator(".sla-calculator-yaml").inner_text()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"win_rate": "0%"}, "A win rate of zero gives no plan; write what is expected, above 0"),
        ({"average_sale": "-5"}, "A deal value cannot be negative; write what is expected, above 0"),
        ({"win_rate": "0.05"}, "Win rate “0.05” is not a percentage between 0% and 100%; write 5%"),
        (
            {"revenue": "lots"},
            "Revenue goal “lots” is not a plain number; write digits only, for example 1000 or 4.5",
        ),
    ],
)
def test_what_gives_no_plan_is_refused_in_words(
    page: Page, address: str, typed: dict[str, Any], words: str
) -> None:
    calculator(page, address)
    enter(page, **({"revenue": "5000", "average_sale": "100", "win_rate": "50%"} | typed))
    assert result(page) == words
    assert page.locator(".sla-calculator [aria-invalid=true]").count() == 1
    assert page.locator(".sla-calculator-yaml").is_hidden()


def test_the_address_keeps_what_was_entered(page: Page, open_page: OpenPage, address: str) -> None:
    calculator(page, address)
    page.locator("#calculator-solve").select_option("revenue")
    enter(page, share="80%", average_sale="16,000", win_rate="5%", leads="200")
    other = calculator(open_page(), page.url)
    assert (result(other), other.locator("#calculator-average-sale").input_value()) == (
        "revenue goal: $200,000",
        "16,000",
    )


def test_the_way_back_leads_to_the_plan_of_the_month(page: Page, address: str) -> None:
    calculator(page, address)
    enter(page, customers="7", win_rate="5%")
    page.get_by_role("button", name="Back to November 2026").click()
    page.wait_for_function(
        "document.querySelector('.sla-calculator output').value.startsWith('leads: 363.25')"
    )
    assert "#" not in page.url


def test_the_calculator_works_after_a_way_through_the_site(page: Page, traffic: Traffic, site: str) -> None:
    page.goto(f"{site}marketing-sales/")
    assert traffic.asked_for("calculator.js") + traffic.asked_for("plan.css") == 0
    page.get_by_role("link", name="Plan", exact=True).click()
    page.locator(".sla-calculator").wait_for()
    enter(page, customers="7", win_rate="5%")
    assert result(page) == "leads: 140"
    assert (traffic.off_origin, traffic.errors) == ([], [])


def test_without_script_the_calculation_stands_and_the_calculator_is_away(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(address)
    assert page.locator(".sla-calculator").is_hidden()
    assert page.get_by_text("126 + 95 + 60 + 85 = 366").is_visible()


# --- what is printed can be pasted, and asks for the number that is shown

PROPOSE = """async ([script, cases]) => {
  const { answer, proposal, termsOf } = await import(script);
  return cases.map(([wanted, given, data, starts]) => {
    const terms = termsOf(data, starts);
    const { value, known, text, refusal } = answer(wanted, given, terms);
    return [text ?? refusal, value ? proposal(wanted, value, known, terms) : ""];
  });
}"""
VOLUME = "  - {id: volume, party: marketing, measure: {total: mqls, at_least: 90, every: month}}\n"
FIXED_ONLY = "revenue: 150000\naverage_sale: 4000\nwin_rate: 5.5%\ntargets: {leads: mqls}\n"
TWO_STAGES = """\
revenue: {2026-02: 70000, 2026-03: 80000, 2026-04: 90000}
marketing_share: 60%
average_sale: 1250
win_rate:
  - {from: mql, to: sql, rate: {observed: customers, of: mqls}}
  - {from: sql, to: customer, rate: 20%}
sales_cycle: 1 month
targets: {leads: mqls}
"""
SEGMENTS = """\
revenue: 60000
average_sale: {observed: new_revenue, of: customers}
win_rate: 7%
sales_cycle: 1 month
by: source
segments:
  Events: {part: 75%, average_sale: 600}
  Social: {part: 25%, win_rate: 4%}
targets: {leads: leads_by_source}
"""
SEEN = [
    *(f"2026-01-{day:02},mqls,11" for day in range(1, 32)), "2026-01-05,customers,71",
    "2026-01-31,new_revenue,37300", "2026-02-28,mqls,3",
]  # fmt: skip


class Planned:
    """An agreement as its files are, what its page gives the calculator, and how a proposal is pasted."""

    def __init__(self, texts: dict[str, str], record: Record, month: str) -> None:
        self.texts, self._record, self._month = texts, record, month_of(month)
        values = calculator_values(self.plan(texts))
        self.starts = {row["key"]: row["value"] for row in values.pop("fields")}
        self.data = values

    def plan(self, texts: dict[str, str]) -> Plan:
        encoded = {name: text.encode() for name, text in texts.items()}
        plan = plan_month(
            parse_agreement("acme", encoded, shown_as="agreement/acme"), self._record, self._month
        )
        assert plan
        assert plan.problems == ()
        return plan

    def pasted(self, yaml: str) -> tuple[Plan, Exact | None]:
        """The plan after the proposal is put where it says, and what its promise then asks for."""
        said = {
            match[1]: match[2] for match in re.finditer(r"# .*/(\w+)\.yml: .*\n((?:.*\n)+?)(?=\n|\Z)", yaml)
        }
        plan, texts = self.texts["plan.yml"], dict(self.texts)
        if "# take out `by` and `segments`" in yaml:
            plan = without(without(plan, "by"), "segments")
        proposed = "".join(f"{line}\n" for line in said.get("plan", "").splitlines() if line[:1] != "#")
        for key in re.findall(r"^(\w+):", proposed, re.MULTILINE):
            plan = without(plan, key)
        texts["plan.yml"] = plan + proposed
        if "commitments" in said:
            id_, measure = re.findall(r"- id: (.*)\n +measure: (.*)\n", said["commitments"])[0]
            old = re.search(
                rf"- (?:{{id: {id_}, .*?|id: {id_}\n(?: .*\n)*? +)measure: ({{.*?}})",
                texts["commitments.yml"],
            )
            assert old
            start, end = old.span(1)
            texts["commitments.yml"] = (
                f"{texts['commitments.yml'][:start]}{measure}{texts['commitments.yml'][end:]}"
            )
        found = self.plan(texts)
        commitment = leads_commitment(found.agreement) if "commitments" in said else None
        return found, getattr(commitment and commitment.measure, "at_least", None)


def without(text: str, key: str) -> str:
    """The text of a YAML mapping without one of its keys and all below it."""
    return re.sub(rf"^{key}:.*\n(?:[ \t].*\n)*", "", text, flags=re.MULTILINE)


def small(plan: str, leads: str = "mqls") -> Planned:
    commitments = VOLUME.replace("total: mqls", f"total: {leads}")
    texts = {
        "agreement.yml": plans.AGREEMENT,
        "commitments.yml": f"{plans.METRICS}commitments:\n{commitments}",
        "definitions.yml": plans.FUNNEL,
        "plan.yml": plan,
    }
    return Planned(texts, plans.record_of(SEEN), "2026-03")


def of_example() -> Planned:
    (loaded,) = load_project(Project(ROOT))
    folder = ROOT / "agreement" / loaded.agreement.id
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yml"))}
    return Planned(texts, loaded.record, "2026-11")


def what_if(draw: random.Random, planned: Planned) -> tuple[str, dict[str, str]]:
    """One or two of the plan's own numbers changed, or one left open and the leads wished for."""
    typed = dict(planned.starts)
    wanted = draw.choice(["leads", "leads", "revenue", "share", "average-sale", "win-rate"])
    for key in draw.sample(["revenue", "share", "average-sale", "win-rate"], k=draw.randint(0, 2)):
        whole = f"{draw.randint(1, 200_000)}"
        amount = draw.choice([whole, f"{whole}.{draw.randint(1, 99)}", f"{whole}/{draw.randint(3, 9)}"])
        share = draw.choice([f"{draw.randint(1, 99)}.{draw.randint(1, 999)}%", f"1/{draw.randint(2, 90)}"])
        typed[key] = share if key in {"share", "win-rate"} else amount
    typed["leads"] = "" if wanted == "leads" else f"{draw.randint(10, 900)}"
    return wanted, {key: text for key, text in typed.items() if key != wanted}


@pytest.mark.parametrize(
    "planned",
    [of_example(), small(SEGMENTS, "leads_by_source"), small(TWO_STAGES), small(FIXED_ONLY)],
    ids=["example", "by segment", "two stages", "fixed only"],
)
def test_what_is_proposed_loads_and_asks_for_exactly_the_number_that_is_shown(
    page: Page, site: str, address: str, planned: Planned
) -> None:
    draw = random.Random(7)  # noqa: S311 the same cases every time
    cases = [what_if(draw, planned) for _ in range(250)]
    page.goto(address)
    given = [(wanted, typed, planned.data, planned.starts) for wanted, typed in cases]
    proposed = page.evaluate(PROPOSE, [f"{site}assets/living-sla/calculator.js", given])
    told = [(case, *row) for case, row in zip(cases, proposed, strict=True) if row[1]]
    wrong = []
    for (wanted, typed), text, yaml in told:
        plan, promised = planned.pasted(yaml)
        shown = typed.get("leads") or text.removesuffix(" in each segment").removesuffix(" rounded up")
        number = int(re.split("[ :]", shown)[-1].replace(",", ""))
        at_least = promised["2026-03"] if isinstance(promised, dict) else promised
        if not plan.leads == number == at_least:
            wrong.append((wanted, typed, text, yaml, plan.leads, at_least))
    assert len(told) > 100
    assert wrong == []


def test_a_number_that_no_file_can_ask_for_is_told_with_the_one_it_asks_for(
    page: Page, site: str, address: str
) -> None:
    planned = small(FIXED_ONLY)
    page.goto(address)
    case = ("win-rate", planned.starts | {"leads": "90000000"}, planned.data, planned.starts)
    ((_, yaml),) = page.evaluate(PROPOSE, [f"{site}assets/living-sla/calculator.js", [case]])
    plan, promised = planned.pasted(yaml)
    assert "# asks for 89285715: with 6 decimals, no number asks for 90000000" in yaml
    assert plan.leads == promised == 89_285_715


def test_inputs_that_were_not_changed_stay_out_of_the_proposal(page: Page, address: str) -> None:
    calculator(page, address)
    yaml = page.locator(".sla-calculator-yaml code")
    assert "plan.yml" not in yaml.inner_text()
    page.locator("#calculator-revenue").fill("160000")
    keys = re.findall(r"^(\w+):", yaml.inner_text(), re.MULTILINE)
    assert (keys, "leave the others as they are" in yaml.inner_text()) == (["revenue"], True)


def test_a_goal_of_one_month_is_proposed_with_those_of_all_others(page: Page, address: str) -> None:
    calculator(page, address)
    page.locator("#calculator-revenue").fill("160000")
    yaml = page.locator(".sla-calculator-yaml code").inner_text()
    assert "  2026-10: 150000\n  2026-11: 160000\n  2026-12: 150000\n" in yaml
    assert len(re.findall(r"^  20\d\d-\d\d: ", yaml, re.MULTILINE)) == 15


def test_without_a_goal_and_a_sale_no_plan_is_proposed(page: Page, address: str) -> None:
    calculator(page, address)
    enter(page, customers="7", win_rate="5%")
    yaml = page.locator(".sla-calculator-yaml code").inner_text()
    assert "to propose a plan, enter the revenue goal and the average sale too" in yaml
    assert "at_least: 140, every: month" in yaml


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_the_page_fits_asks_nobody_else_and_has_no_error(
    open_page: OpenPage, traffic: Traffic, address: str, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    calculator(page, address)
    assert page.evaluate(OUTSIDE) == []
    assert (traffic.off_origin, traffic.errors) == ([], [])


def test_headings_go_down_by_one_and_everything_has_a_name(page: Page, address: str) -> None:
    calculator(page, address)
    levels = page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.evaluate(NAMELESS) == []


def test_nothing_is_cut_off_on_paper(open_page: OpenPage, address: str) -> None:
    page = open_page(viewport={"width": 700, "height": 1000})  # A4 between its margins
    page.emulate_media(media="print")
    page.goto(address)
    assert page.evaluate(CUT) == []
