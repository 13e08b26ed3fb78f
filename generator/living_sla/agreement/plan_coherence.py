"""A plan and the files it speaks of become the problems that no single value shows."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.agreement.coherence import is_period, unknown
from living_sla.agreement.commitments import PLAN, Total
from living_sla.agreement.plan import Observed, ObservedCycle
from living_sla.agreement.quantities import plain_number
from living_sla.diagnostics import Problem, did_you_mean, quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from living_sla.agreement.coherence import File
    from living_sla.agreement.commitments import Metric
    from living_sla.agreement.plan import PlanTerms, StageRate, WinRate
    from living_sla.agreement.quantities import Exact
    from living_sla.agreement.references import Files
    from living_sla.agreement.strict_yaml import Document, Path_

CYCLE_UNITS = ("days", "months")
_MONEY = "money"
_WHOLE = 1


def plan_problems(files: Files) -> Iterator[Problem]:
    """What is wrong with a plan, and with the commitments that ask for what it does not say."""
    if files.commitments:
        yield from _promise_problems(files)
    if not files.plan:
        return
    yield from _goal_problems(files.plan)
    yield from _amount_problems(files.plan)
    yield from _name_problems(files.plan, files)
    yield from _unit_problems(files.plan, files)
    yield from _circle_problems(files.plan)
    yield from _stage_problems(files.plan)
    yield from _cycle_problems(files.plan, files)
    yield from _segment_problems(files.plan, files)
    yield from _campaign_problems(files.plan, files)


def planned_metrics(plan: PlanTerms) -> dict[str, str]:
    """The metrics that a plan sets targets for, by what each counts: leads, customers, revenue, visits."""
    targets = plan.targets
    named = {name: getattr(targets, name) for name in type(targets).model_fields}
    return {name: metric for name, metric in named.items() if metric}


def metrics_of_plan(plan: PlanTerms) -> set[str]:
    """Every metric that a plan names."""
    cycle = plan.sales_cycle
    observed = {name for _, row in observed_inputs(plan) for name in (row.observed, row.of)}
    reported = {cycle.observed} if isinstance(cycle, ObservedCycle) else set()
    named = {*planned_metrics(plan).values(), *plan.spend.values(), *plan.baselines}
    return named | observed | reported


def observed_inputs(plan: PlanTerms) -> Iterator[tuple[Path_, Observed]]:
    """Every input that is observed as one sum divided by another, with where it is written."""
    for key in ("marketing_share", "average_sale", "visit_rate"):
        if isinstance(value := getattr(plan, key), Observed):
            yield (key,), value
    yield from _observed_rates(("win_rate",), plan.win_rate)
    for name, segment in plan.segments.items():
        path: Path_ = ("segments", name)
        if isinstance(segment.average_sale, Observed):
            yield (*path, "average_sale"), segment.average_sale
        yield from _observed_rates((*path, "win_rate"), segment.win_rate)


def _observed_rates(path: Path_, rate: WinRate | None) -> Iterator[tuple[Path_, Observed]]:
    if isinstance(rate, Observed):
        yield path, rate
    for n, stage in enumerate(rate if isinstance(rate, tuple) else ()):
        if isinstance(stage.rate, Observed):
            yield (*path, n, "rate"), stage.rate


def _promise_problems(files: Files) -> Iterator[Problem]:
    """Commitments that leave their target to a plan which does not say it."""
    assert files.commitments  # noqa: S101 the caller's condition
    document = files.commitments.document
    for n, commitment in enumerate(files.commitments.terms.commitments):
        measure = commitment.measure
        if not isinstance(measure, Total) or measure.at_least != PLAN:
            continue
        place = document.place(("commitments", n, "measure", "at_least"))
        if measure.every != "month":
            words = f"a plan is made for each month, and this is promised every {measure.every}"
            yield Problem(place, "plan", words, "write `every: month`, or a number")
        if not files.has_plan:
            hint = "add plan.yml beside commitments.yml, or write a number"
            yield Problem(place, "plan", "the target is left to a plan, and there is none", hint)
        if files.plan and measure.total not in (known := planned_metrics(files.plan.terms).values()):
            words = f"the plan sets no target for {quote(measure.total)}"
            hint = did_you_mean(measure.total, known) + ", or name it in `targets` of plan.yml"
            yield Problem(place, "plan", words, hint)


def _goal_problems(file: File[PlanTerms]) -> Iterator[Problem]:
    goal, document = file.terms.revenue, file.document
    if not isinstance(goal, dict):
        return
    if not goal:
        words, hint = "the table of revenue goals is empty", "write 2026-01: …"
        yield Problem(document.place(("revenue",)), "target", words, hint)
    for month in goal:
        if not is_period(month, "month"):
            place = document.key_place(("revenue", month))
            yield Problem(place, "period", f"{quote(month)} is not a month", "write it like 2026-01")


def _amount_problems(file: File[PlanTerms]) -> Iterator[Problem]:
    """Amounts and rates by which nothing can be divided, or that mean nothing."""
    plan, document = file.terms, file.document
    goals = plan.revenue if isinstance(plan.revenue, dict) else {None: plan.revenue}
    for month, goal in goals.items():
        path: Path_ = ("revenue", month) if month else ("revenue",)
        yield from _above_zero(document, path, "revenue goal", goal)
    inputs: list[tuple[Path_, str, object]] = [
        (("marketing_share",), "share", plan.marketing_share),
        (("average_sale",), "deal value", plan.average_sale),
        (("visit_rate",), "rate", plan.visit_rate),
        (("capacity", "leads_each"), "number of leads", plan.capacity and plan.capacity.leads_each),
    ]
    inputs += _rates(("win_rate",), plan.win_rate)
    for name, segment in plan.segments.items():
        inputs.append((("segments", name, "average_sale"), "deal value", segment.average_sale))
        inputs += _rates(("segments", name, "win_rate"), segment.win_rate)
    for path, noun, value in inputs:
        yield from _above_zero(document, path, noun, value)
    numbers: list[tuple[Path_, Exact | None]] = [(("without_campaigns",), plan.without_campaigns)]
    for n, campaign in enumerate(plan.campaigns):
        numbers += [(("campaigns", n, "leads"), campaign.leads), (("campaigns", n, "spend"), campaign.spend)]
    for path, number in numbers:
        if number is not None and number < 0:
            words = f"{path[-1]} {plain_number(number)} is less than 0"
            yield Problem(document.place(path), "bound", words, "write 0 or more")


def _rates(path: Path_, rate: WinRate | None) -> list[tuple[Path_, str, object]]:
    if isinstance(rate, tuple):
        return [((*path, n, "rate"), "rate", stage.rate) for n, stage in enumerate(rate)]
    return [(path, "rate", rate)]


def _above_zero(document: Document, path: Path_, noun: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, int | Fraction):
        return
    if value == 0:
        words = f"a {noun} of zero gives no plan"
        yield Problem(document.place(path), "zero", words, "write what is expected, above 0")
    elif value < 0:
        words = f"a {noun} cannot be negative"
        yield Problem(document.place(path), "negative", words, "write what is expected, above 0")


def _name_problems(file: File[PlanTerms], files: Files) -> Iterator[Problem]:
    plan, document = file.terms, file.document
    for name, metric in planned_metrics(plan).items():
        yield from unknown(document, ("targets", name), "metric", metric, files.metrics)
    if plan.targets.visits and not plan.visit_rate:
        words, hint = "a target for visits needs a visit rate", "add for example `visit_rate: 2%`"
        yield Problem(document.place(("targets", "visits")), "missing", words, hint)
    for path, observed in observed_inputs(plan):
        yield from unknown(document, (*path, "observed"), "metric", observed.observed, files.metrics)
        yield from unknown(document, (*path, "of"), "metric", observed.of, files.metrics)
    for party, metric in plan.spend.items():
        yield from unknown(document, ("spend", party), "party", party, files.parties)
        yield from _unknown_value(document, ("spend", party), metric, files)
    for n, metric in enumerate(plan.baselines):
        yield from unknown(document, ("baselines", n), "metric", metric, files.metrics)
    if plan.spend and not revenue_metric(plan):
        words = "return on spend needs the metric of what came in"
        hint = "name it in `targets`, for example `revenue: new_revenue`"
        yield Problem(document.key_place(("spend",)), "missing", words, hint)
    for path, stages in _staged(plan):
        for n, stage in enumerate(stages):
            yield from unknown(document, (*path, n, "from"), "stage", stage.from_, files.stages)
            yield from unknown(document, (*path, n, "to"), "stage", stage.to, files.stages)


def _unknown_value(document: Document, path: Path_, metric: str, files: Files) -> Iterator[Problem]:
    """As `unknown`, where the key may be spelled as the value is."""
    if files.metrics is not None and metric not in files.metrics:
        hint = did_you_mean(metric, files.metrics)
        yield Problem(document.place(path), "unknown-metric", f"metric {quote(metric)} is not known", hint)


def revenue_metric(plan: PlanTerms) -> str | None:
    """The metric of new revenue, as far as the plan names one."""
    average = plan.average_sale
    return plan.targets.revenue or (average.observed if isinstance(average, Observed) else None)


def _staged(plan: PlanTerms) -> Iterator[tuple[Path_, tuple[StageRate, ...]]]:
    rates: list[tuple[Path_, WinRate | None]] = [(("win_rate",), plan.win_rate)]
    rates += [(("segments", name, "win_rate"), segment.win_rate) for name, segment in plan.segments.items()]
    for path, rate in rates:
        if isinstance(rate, tuple):
            yield path, rate


def _circle_problems(file: File[PlanTerms]) -> Iterator[Problem]:
    """A plan that asks for itself: by two targets of one metric, or by what it sets the target for."""
    plan, document = file.terms, file.document
    taken: dict[str, str] = {}
    for name, metric in planned_metrics(plan).items():
        if metric in taken:
            words = f"{quote(metric)} would have two targets: {taken[metric]} and {name}"
            yield Problem(document.place(("targets", name)), "circle", words, "name another metric")
        taken.setdefault(metric, name)
    leads = plan.targets.leads
    for path, observed in observed_inputs(plan):
        if observed.observed == observed.of:
            words = f"{quote(observed.of)} divided by itself says nothing"
            yield Problem(document.place((*path, "of")), "circle", words, "name another metric")
        elif path[-1] != "visit_rate" and observed.observed == leads:
            words = f"the plan asks for itself: the target of {quote(leads)} would come from its own sum"
            hint = "observe what came of the leads, for example the customers won"
            yield Problem(document.place((*path, "observed")), "circle", words, hint)
        elif path[-1] == "average_sale" and observed.of == leads:
            words = f"an average sale is per customer, and {quote(leads)} counts the leads"
            yield Problem(document.place((*path, "of")), "circle", words, "name the metric of customers")


def _stage_problems(file: File[PlanTerms]) -> Iterator[Problem]:
    """Rates from stage to stage that are no chain, or lead back."""
    document = file.document
    for path, stages in _staged(file.terms):
        seen = {stages[0].from_}
        for n, stage in enumerate(stages):
            before = stages[n - 1].to if n else stage.from_
            if stage.from_ != before:
                words = f"this rate starts at {quote(stage.from_)}, the one before ends at {quote(before)}"
                hint = f"write `from: {before}`"
                yield Problem(document.place((*path, n, "from")), "order", words, hint)
            if stage.to in seen:
                words = f"stage {quote(stage.to)} comes back to itself"
                hint = "name the stage that the leads reach"
                yield Problem(document.place((*path, n, "to")), "circle", words, hint)
            seen.add(stage.to)


def _unit_problems(file: File[PlanTerms], files: Files) -> Iterator[Problem]:
    """Metrics in money where something is counted, and the other way; rates of one by the other."""
    plan, document, metrics = file.terms, file.document, _metrics(files)
    targets = planned_metrics(plan).items()
    wanted: list[tuple[Path_, str, bool]] = [
        (("targets", n), metric, n == "revenue") for n, metric in targets
    ]
    wanted += [(("spend", party), metric, True) for party, metric in plan.spend.items()]
    for path, row in observed_inputs(plan):
        if path[-1] == "average_sale":
            wanted += [((*path, "observed"), row.observed, True), ((*path, "of"), row.of, False)]
        elif row.observed in metrics and row.of in metrics:
            part, whole = metrics[row.observed].unit, metrics[row.of].unit
            if (part == _MONEY) is not (whole == _MONEY):
                words = f"{quote(row.observed)} is in {part}, {quote(row.of)} in {whole}: neither is a part"
                yield Problem(document.place(path), "unit", words, "name two metrics that count alike")
    for path, metric, is_money in wanted:
        if metric in metrics and (metrics[metric].unit == _MONEY) is not is_money:
            words = f"{quote(metric)} is in {metrics[metric].unit}"
            words += ", and this is in money" if is_money else ", and this is a count"
            yield Problem(document.place(path), "unit", words, "name another metric, or mend its `unit`")


def _cycle_problems(file: File[PlanTerms], files: Files) -> Iterator[Problem]:
    plan, document = file.terms, file.document
    if isinstance(plan.sales_cycle, ObservedCycle):
        metric = plan.sales_cycle.observed
        path: Path_ = ("sales_cycle", "observed")
        yield from unknown(document, path, "metric", metric, files.metrics)
        terms = _metrics(files).get(metric)
        if terms and terms.unit not in CYCLE_UNITS:
            words = f"{quote(metric)} is in {terms.unit}, and a sales cycle is in days or months"
            yield Problem(document.place(path), "unit", words, "write `unit: days` at the metric")
        if terms and terms.segments:
            words = f"{quote(metric)} has segments, and cycles do not add up"
            yield Problem(document.place(path), "segments", words, "name a metric without segments")
    observed = next((path for path, _ in observed_inputs(plan)), None)
    if observed and plan.sales_cycle is None:
        words = f"{quote(observed[0])} is observed, and nothing says how old its leads must be"
        yield Problem(document.place(observed), "missing", words, "add `sales_cycle: 2 months`")


def _metrics(files: Files) -> Mapping[str, Metric]:
    return files.commitments.terms.metrics if files.commitments else {}


def _segment_problems(file: File[PlanTerms], files: Files) -> Iterator[Problem]:
    plan, document = file.terms, file.document
    leads = _metrics(files).get(plan.targets.leads)
    if plan.by is None:
        if plan.segments:
            words, hint = "the segments are listed, but not what they are", "add for example `by: source`"
            yield Problem(document.key_place(("segments",)), "segments", words, hint)
        return
    if leads and leads.segments != plan.by:
        words = f"{quote(plan.targets.leads)} has no segments by {quote(plan.by)}"
        hint = f"write `by: {leads.segments}`" if leads.segments else "add `segments` to the metric"
        yield Problem(document.place(("by",)), "segments", words, hint)
    if leads and leads.segment_values:
        for name in plan.segments:
            yield from unknown(document, ("segments", name), "segment", name, leads.segment_values)
    yield from _part_problems(file)
    for path, observed in observed_inputs(plan):
        split = [name for name in (observed.observed, observed.of) if _is_by(files, name, plan.by)]
        if len(split) == 1 and path[0] != "marketing_share":
            other = next(name for name in (observed.observed, observed.of) if name != split[0])
            words = f"{quote(split[0])} is split by {plan.by}, and {quote(other)} is not"
            yield Problem(document.place(path), "segments", words, "split both, or neither")


def _is_by(files: Files, metric: str, by: str) -> bool:
    terms = _metrics(files).get(metric)
    return terms is not None and terms.segments == by


def _part_problems(file: File[PlanTerms]) -> Iterator[Problem]:
    """Parts are said of every segment and make a whole, or of none."""
    plan, document = file.terms, file.document
    said = {name: row.part for name, row in plan.segments.items() if row.part is not None}
    for name, row in plan.segments.items():
        if said and row.part is None:
            words = f"{quote(name)} does not say its part, and others do"
            place = document.key_place(("segments", name))
            yield Problem(place, "parts", words, "add `part: …`, or leave it out everywhere")
    total = sum(said.values())
    if said and total != _WHOLE:
        words = f"the parts come to {plain_number(total * 100)}%"
        yield Problem(document.key_place(("segments",)), "parts", words, "let them come to 100%")
    rates = plan.win_rate if isinstance(plan.win_rate, tuple) else ()
    last = rates[-1].rate if rates else plan.win_rate
    if not said and not isinstance(last, Observed) and not isinstance(plan.average_sale, Observed):
        words = "nothing says which part of the revenue each segment brings"
        yield Problem(document.key_place(("by",)), "parts", words, "add `part: …` to each of `segments`")


def _campaign_problems(file: File[PlanTerms], files: Files) -> Iterator[Problem]:
    """Campaigns that end before they start, or name a segment in which no lead is ever counted."""
    document, metric = file.document, file.terms.targets.leads
    leads = _metrics(files).get(metric)
    for n, campaign in enumerate(file.terms.campaigns):
        if campaign.to < campaign.from_:
            words = f"the campaign ends on {campaign.to}, before it starts ({campaign.from_})"
            yield Problem(document.place(("campaigns", n, "to")), "order", words, "exchange the two")
        path: Path_ = ("campaigns", n, "segment")
        if leads and leads.segment_values:
            yield from unknown(document, path, "segment", campaign.segment, leads.segment_values)
        elif leads and not leads.segments and campaign.segment is not None:
            words = f"{quote(metric)} has no segments, and the campaign names {quote(campaign.segment)}"
            hint = "leave it out, or add `segments` to the metric"
            yield Problem(document.place(path), "segments", words, hint)
