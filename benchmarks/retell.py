"""The example agreement and its record become a git repository whose commits tell its fourteen months.

What stands in the checkout is version 1.0.0. The tables below say how it was amended, by replacing texts that
must be there: so a change of the example that this story rests on is an error here. Every name, day and
message is fixed, so the same commits with the same ids come out of every machine.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parents[1]
AGREEMENT = "agreement/marketing-sales"
RECORD = "data/marketing-sales"
LAUNCH_KNOWN_AHEAD = timedelta(days=30)
CORRECTIONS = {
    date(2026, 4, 20): "Take leads that were counted twice out of March",
    date(2026, 7, 15): "Correct the revenue of three contracts of June",
}

# The months whose plan is frozen, as in the checkout, by the day on which that is done.
FROZEN = {date(2026, 8, 31): "2026-09", date(2026, 9, 30): "2026-10", date(2026, 10, 31): "2026-11"}


class Person(NamedTuple):
    """Who wrote or merged a commit."""

    name: str
    email: str


JOSH = Person("Josh Bell", "josh.bell@example.com")
MIA = Person("Mia Chen", "mia.chen@example.com")
ANA = Person("Ana Ruiz", "ana.ruiz@example.com")
TOM = Person("Tom Okafor", "tom.okafor@example.com")


class Edit(NamedTuple):
    """A text that stands in a file of the agreement so many times, and what takes its place."""

    file: str
    old: str
    new: str
    times: int = 1


# What was done under version 1.0.0, and is noted there on the day: no change of meaning, so no new version.
DONE = {
    date(2025, 10, 13): Edit(
        "agreement.yml",
        "        due: 2025-10-15\n        party: sales\n",
        "        due: 2025-10-15\n        party: sales\n        done_on: 2025-10-13\n",
    ),
    date(2025, 10, 20): Edit(
        "agreement.yml",
        "        due: 2025-10-31\n        party: marketing\n",
        "        due: 2025-10-31\n        party: marketing\n        done_on: 2025-10-20\n",
    ),
    date(2025, 10, 24): Edit(
        "agreement.yml",
        "        after: [alert-in-use]\n",
        "        after: [alert-in-use]\n        done_on: 2025-10-24\n",
    ),
}

FRAME_1_1 = (
    Edit("agreement.yml", 'version: "1.0.0"', 'version: "1.1.0"'),
    Edit("agreement.yml", "effective: 2025-10-01", "effective: 2026-04-01"),
    Edit("agreement.yml", "Josh Bell, signed_on: 2025-09-22", "Josh Bell, signed_on: 2026-03-23"),
    Edit("agreement.yml", "Mia Chen, signed_on: 2025-09-24", "Mia Chen, signed_on: 2026-03-20"),
)
FASTER_FOLLOW_UP = (
    Edit(
        "commitments.yml",
        "measure: {level: median_response_hours, take: mean, at_most: 4, every: month}",
        "measure: {level: median_response_hours, take: mean, at_most: 3.8, every: month}",
    ),
    Edit("lead-management.yml", "    within: 30 working minutes\n", "    within: 20 working minutes\n"),
    Edit(
        "definitions.yml",
        "    meaning: The first call or personal e-mail by a sales representative. "
        "An automatic reply is not a contact.\n",
        "    meaning: >-\n"
        "      The first call or personal e-mail by a sales representative. A message left on the\n"
        "      phone counts; an automatic reply does not.\n",
    ),
    Edit(
        "commitments.yml",
        "    in_return: [qualified-leads]\n    contact: sales-operations\n"
        "    note: Nights, weekends and holidays count; the lead desk covers them by a rota.\n",
        "    in_return: [qualified-leads]\n    contact: sales-development\n"
        "    note: Nights, weekends and holidays count; a rota of the lead desk covers them.\n",
    ),
)
PITCHES_FOR_CONTENT = (
    Edit(
        "commitments.yml",
        "    in_return: [content-use]\n",
        "    in_return: [content-use, pitches]\n",
    ),
    Edit(
        "commitments.yml",
        "\n  # Campaigns: launches in return",
        "  - id: pitches\n"
        "    title: Pitches held\n"
        "    party: sales\n"
        "    kind: other\n"
        "    measure: {total: pitches, at_least: 80, every: month}\n"
        "    pace: working-days\n"
        "    in_return: [content]\n"
        "    contact: sales-representatives\n"
        "    note: So that the content is worth its work.\n"
        "\n  # Campaigns: launches in return",
    ),
    Edit(
        "commitments.yml",
        "within: 1 week, at_least: 100%, every: month}",
        "within: 1 week, at_least: 90%, every: month}",
    ),
)

RESPONSE_TIME = """\
  - id: response-time
    title: Time to first contact
    party: sales
    kind: follow-up
    measure: {level: median_response_hours, take: mean, at_most: 3.8, every: month}
    in_return: [qualified-leads]
    contact: sales-development
    note: The 24 hours are the limit for each lead; this is how fast half of all leads are called.
"""
LEAD_QUALITY = """\
  - id: lead-quality
    title: Few leads returned
    party: marketing
    kind: lead-generation
    measure: {share: leads_returned, of: mqls, at_most: 10%, every: month, min_events: 20}
    in_return: [new-revenue]
    contact: marketing-operations
    note: Quality beside quantity. Sales returns a lead only for one of the agreed reasons.
"""
TRAINING_ATTENDANCE = """\
  - id: training-attendance
    title: Training attended
    party: sales
    kind: training
    measure: {share: training_attended, of: training_invited, at_least: 90%, every: quarter}
    in_return: [launch-training]
    contact: sales-representatives
    note: Who cannot come watches the recording; that does not count as attended.
"""
NO_EXCLUSIONS = """\
# Days that do not count, for all promises or those named. There are none; one would read:
# exclusions:
#   - from: 2026-02-12
#     to: 2026-02-13
#     commitments: [follow-up-24h]
#     reason: The phone system of the office failed; both sides agreed on it on 16 February.
"""
TRADE_FAIR = """\
# Days that do not count, for all promises or those named.
exclusions:
  - from: 2026-09-15
    to: 2026-09-17
    commitments: [response-time]
    reason: The lead desk works at the autumn trade fair; both sides agreed on it on 15 June.
"""
HIGHER_TARGET = (
    Edit("agreement.yml", 'version: "1.1.0"', 'version: "1.2.0"'),
    Edit("agreement.yml", "effective: 2026-04-01", "effective: 2026-07-01"),
    Edit("agreement.yml", "Josh Bell, signed_on: 2026-03-23", "Josh Bell, signed_on: 2026-06-18"),
    Edit("agreement.yml", "Mia Chen, signed_on: 2026-03-20", "Mia Chen, signed_on: 2026-06-19"),
    Edit(
        "agreement.yml",
        "Hand over 7,500 qualified leads from October 2025 to December 2026, 500 in every month.",
        "Hand over 7,620 qualified leads from October 2025 to December 2026, 520 a month from July on.",
    ),
    Edit("agreement.yml", "7,500 qualified leads by the end", "7,620 qualified leads by the end"),
    Edit("agreement.yml", "{total: mqls, target: 7500}", "{total: mqls, target: 7620}"),
    Edit("agreement.yml", "7,125 leads contacted in time", "7,239 leads contacted in time"),
    Edit(
        "agreement.yml",
        "{total: leads_contacted_in_time, target: 7125}",
        "{total: leads_contacted_in_time, target: 7239}",
    ),
    Edit("why.md", "at least 500 qualified leads a month", "at least 520 qualified leads a month"),
    Edit(
        "commitments.yml",
        "measure: {total: mqls, at_least: 500, every: month}",
        "measure: {total: mqls, at_least: 520, every: month}",
    ),
    # One clause is moved above another: no change of meaning.
    Edit("commitments.yml", RESPONSE_TIME + LEAD_QUALITY, LEAD_QUALITY + RESPONSE_TIME),
    Edit("commitments.yml", TRAINING_ATTENDANCE, ""),
    Edit("commitments.yml", "    in_return: [training-attendance]\n", "    in_return: [content-use]\n"),
    Edit("commitments.yml", "in return for attendance.", "so that its content is used well."),
    Edit(
        "why.md",
        "before each product launch. Sales attends: at least 90 %\nof those invited.\n",
        "before each product launch.\n",
    ),
    Edit("governance.yml", NO_EXCLUSIONS, TRADE_FAIR),
)

GOALS_2027 = """\
goals:
  - id: revenue
    specific: Sign $1,960,000 of new revenue in 2027.
    measurable: new-revenue
    attainable: It is the sum of the four quarterly targets, which rise from $460,000 to $520,000.
    relevant: New revenue is the company goal; every other promise serves it.
    due: 2027-12-31
    steps:
      - id: revenue-mid-2027
        title: $940,000 by the middle of 2027
        due: 2027-06-30
        party: sales
        progress: {total: new_revenue, target: 940000}
      - id: revenue-2027
        title: $1,960,000 by the end of 2027
        due: 2027-12-31
        party: sales
        after: [revenue-mid-2027]
        progress: {total: new_revenue, target: 1960000}
  - id: leads
    specific: Hand over 6,600 qualified leads in 2027, 550 in every month.
    measurable: qualified-leads
    attainable: From August to October 2026, marketing qualified between 529 and 561 leads a month.
    relevant: At the present win rate, the revenue goal takes about 550 qualified leads a month.
    due: 2027-12-31
    party: marketing
"""
NEXT_YEAR = (
    Edit("agreement.yml", 'version: "1.2.0"', 'version: "2.0.0"'),
    Edit("agreement.yml", "effective: 2026-07-01", "effective: 2027-01-01"),
    Edit("agreement.yml", "Josh Bell, signed_on: 2026-06-18", "Josh Bell, signed_on: 2026-11-13"),
    Edit("agreement.yml", "Mia Chen, signed_on: 2026-06-19", "Mia Chen, signed_on: 2026-11-16"),
    Edit(
        "agreement.yml",
        "Win $2,010,000 of new revenue from October 2025 to the end of 2026, from field",
        "Win $1,960,000 of new revenue in 2027, from field",
    ),
    Edit("agreement.yml", "closed_on: [2025-12-24, 2025-12-31]", "closed_on: [2027-12-24, 2027-12-31]"),
    Edit("why.md", "at least 520 qualified leads a month", "at least 550 qualified leads a month"),
    Edit(
        "commitments.yml",
        "measure: {total: mqls, at_least: 520, every: month}",
        "measure: {total: mqls, at_least: 550, every: month}",
    ),
    Edit(
        "commitments.yml",
        "{2025-Q4: 360000, 2026-Q1: 380000, 2026-Q2: 400000, 2026-Q3: 420000, 2026-Q4: 450000}",
        "{2027-Q1: 460000, 2027-Q2: 480000, 2027-Q3: 500000, 2027-Q4: 520000}",
    ),
    Edit("commitments.yml", "ahead: 7 days", "ahead: 10 days"),
    Edit("definitions.yml", "60 points", "65 points", times=4),
    Edit("definitions.yml", "a demo or a price, points: 60", "a demo or a price, points: 65"),
    Edit("definitions.yml", "{grade: B, from: 60,", "{grade: B, from: 65,"),
    Edit("lead-management.yml", "60 points", "65 points", times=3),
    Edit("governance.yml", "  expire_after: 6 months\n", "  expire_after: 4 months\n"),
    Edit("governance.yml", TRADE_FAIR, NO_EXCLUSIONS),
    Edit("governance.yml", "next_on: 2027-01-12", "next_on: 2027-04-13"),
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Write the example as a git repository with its history; the same commits every time.",
        epilog="example: python benchmarks/retell.py acme",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that does not exist yet")
    retell(parser.parse_args().folder)


def retell(folder: Path) -> None:
    """Write the repository, with its last commit checked out on the branch `main`.

    Raises:
        FileExistsError: the folder exists.
        ValueError: the example is not the one that this story starts from.
    """
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    sign(folder)
    reported = [date.fromisoformat(path.stem) for path in (CHECKOUT / RECORD / "snapshots").iterdir()]
    told = [
        *((day, report) for day in reported),
        *((day, note_done) for day in DONE),
        *((day, freeze) for day in FROZEN),
        (date(2026, 3, 24), follow_up_faster),
        (date(2026, 6, 22), raise_the_target),
        (date(2026, 11, 16), agree_on_next_year),
    ]
    for day, tell in sorted(told, key=lambda each: each[0]):
        tell(folder, day)


def sign(folder: Path) -> None:
    """Version 1.0.0, when nothing was done yet."""
    shutil.copytree(CHECKOUT / AGREEMENT, folder / AGREEMENT)
    shutil.copy(CHECKOUT / "mkdocs.yml", folder)
    (folder / ".gitignore").write_text("site/\n", encoding="utf-8", newline="\n")
    amend(folder, *(Edit(done.file, done.new, done.old) for done in DONE.values()))
    commit(folder, "Agree on what marketing and sales owe each other", date(2025, 9, 24), by=JOSH)


def note_done(folder: Path, day: date) -> None:
    amend(folder, DONE[day])
    commit(folder, "Note a step that is done", day, by=ANA)


def report(folder: Path, day: date) -> None:
    """What was reported and delivered up to a day, and the launches planned by then."""
    snapshot = Path("snapshots") / f"{day}.csv"
    (folder / RECORD / "snapshots").mkdir(parents=True, exist_ok=True)
    shutil.copy(CHECKOUT / RECORD / snapshot, folder / RECORD / snapshot)
    first, *rows = (CHECKOUT / RECORD / "deliveries.csv").read_text("utf-8").splitlines(keepends=True)
    known = [row for row in rows if known_on(*row.split(",")[1:3]) <= day]
    (folder / RECORD / "deliveries.csv").write_text("".join([first, *known]), "utf-8", newline="\n")
    commit(folder, CORRECTIONS.get(day, f"Report up to {day}"), day, by=TOM)


def freeze(folder: Path, day: date) -> None:
    """The plan of the month to come, worked out by the version and the data of the day."""
    command = [sys.executable, "-m", "living_sla", "plan", AGREEMENT.rpartition("/")[2]]
    chosen = ["--project", folder, "--freeze", FROZEN[day], "--as-of", str(day)]
    subprocess.run([*command, *chosen], check=True, stdout=subprocess.DEVNULL)
    commit(folder, f"Freeze the plan of {FROZEN[day]}", day, by=ANA)


def known_on(item: str, day: str) -> date:
    ahead = LAUNCH_KNOWN_AHEAD if item == "product-launch" else timedelta(0)
    return date.fromisoformat(day) - ahead


def follow_up_faster(folder: Path, day: date) -> None:
    """Version 1.1.0, written on a branch by the head of sales and merged by the marketing director."""
    git(folder, "checkout", "--quiet", "-b", "faster-follow-up")
    amend(folder, *FRAME_1_1, *FASTER_FOLLOW_UP)
    commit(folder, "Call a lead sooner", date(2026, 3, 18), by=MIA)
    amend(folder, *PITCHES_FOR_CONTENT)
    commit(folder, "Promise pitches in return for content", date(2026, 3, 20), by=MIA)
    git(folder, "checkout", "--quiet", "main")
    message = "Merge pull request #12 from acme/faster-follow-up\n\nFollow up faster"
    merge = ("merge", "--quiet", "--no-ff", "-m", message, "faster-follow-up")
    git(folder, *merge, **signed(day, by=JOSH))
    git(folder, "branch", "--quiet", "--delete", "faster-follow-up")


def raise_the_target(folder: Path, day: date) -> None:
    """Version 1.2.0, squashed into one commit."""
    amend(folder, *HIGHER_TARGET)
    commit(folder, "Raise the lead target, and exclude the trade fair (#17)", day, by=ANA)


def agree_on_next_year(folder: Path, day: date) -> None:
    """Version 2.0.0, not in force before the story ends."""
    path = folder / AGREEMENT / "agreement.yml"
    text = path.read_text("utf-8")
    start, end = text.index("goals:\n"), text.index("\n# Working days, working hours")
    path.write_text(text[:start] + GOALS_2027 + text[end:], "utf-8", newline="\n")
    amend(folder, *NEXT_YEAR)
    commit(folder, "Agree on 2027", day, by=JOSH)


def amend(folder: Path, *edits: Edit) -> None:
    for file, old, new, times in edits:
        path = folder / AGREEMENT / file
        text = path.read_text("utf-8")
        if text.count(old) != times:
            raise ValueError(f"{file} holds {text.count(old)} times, not {times}: {old}")
        path.write_text(text.replace(old, new), "utf-8", newline="\n")


def commit(folder: Path, message: str, day: date, *, by: Person) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", message, **signed(day, by=by))


def signed(day: date, *, by: Person) -> dict[str, str]:
    """Name and day of a commit, as git reads them from the environment."""
    said = {"NAME": by.name, "EMAIL": by.email, "DATE": f"{day}T15:00:00+00:00"}
    return {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in said.items()}


def git(folder: Path, *arguments: str, **environment: str) -> None:
    """Run git with no configuration but the repository's own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "-C", folder, *arguments], check=True, env=inherited | alone | environment)


if __name__ == "__main__":
    main()
