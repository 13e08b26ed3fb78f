"""The mapping of `definitions.yml`: what both teams mean by their words, and whom they mean to win."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from living_sla.agreement.fields import Id, Line, MetricId, Prose, Terms


class Term(Terms):
    """One entry of the glossary; `also` lists other spellings under which it is found in texts."""

    term: Line
    """The word as both teams write it."""
    meaning: Prose
    """What both teams mean by it."""
    also: tuple[Line, ...] = ()
    """Other spellings under which it is found in texts, for example MQL."""


class Stage(Terms):
    """One stage of the funnel, who owns a lead in it, and what makes a lead enter it."""

    id: Id
    """A short name of the stage, used once."""
    name: Line
    """The name of the stage on the pages."""
    owner: Id
    """The party that owns a lead in this stage."""
    criteria: tuple[Prose, ...] = ()
    """What makes a lead enter the stage, one criterion an entry."""
    definition: Id | None = None
    """The id of the term in the glossary that defines it."""
    metric: MetricId | None = None
    """The metric that counts the leads entering it."""


class Criterion(Terms):
    """One question of the qualification framework, and the answer both sides accept."""

    name: Line
    """The name of the criterion, for example Budget."""
    asks: Prose
    """The question that is asked."""
    accepted: Prose
    """The answer that both sides accept."""


class Qualification(Terms):
    """The framework by which both sides call a lead qualified."""

    framework: Line
    """The name of the framework, for example BANT."""
    summary: Prose | None = None
    """How it is used, in a few sentences."""
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    """The questions of the framework."""
    accepted_by: tuple[Id, ...] = ()
    """The parties that accept it."""


class Persona(Terms):
    """A kind of buyer: who it is, the jobs it buys for, how to reach it and what to say."""

    id: Id
    """A short name of the persona, used once."""
    name: Line
    """The name of the persona on the pages."""
    who: Prose
    """Who it is: work, company, responsibility."""
    jobs: Annotated[tuple[Prose, ...], Field(min_length=1)]
    """What the persona wants to get done, one job an entry."""
    pains: tuple[Prose, ...] = ()
    """What stands in the way, one pain an entry."""
    reached_by: tuple[Line, ...] = ()
    """The channels on which the persona is reached."""
    message: Prose | None = None
    """What to say to the persona."""
    objections: tuple[Prose, ...] = ()
    """What the persona may say against it, with the answer."""


class ScoringRule(Terms):
    """So many points for one thing that is known of a lead."""

    when: Line
    """What is known of the lead, for example that it asked for a demo."""
    points: Annotated[int, Field(ge=-1000, le=1000)]
    """The points it brings; below 0 they are taken off."""


class Grade(Terms):
    """The grade from so many points on, and the follow-up it earns."""

    grade: Line
    """The name of the grade, for example A."""
    from_: Annotated[int, Field(ge=-10_000, le=10_000)] = Field(alias="from")
    """The least points of the grade; the highest grade stands first."""
    follow_up: Id | None = None
    """The id of the follow-up that the grade earns."""


class Scoring(Terms):
    """How a lead is scored, and what each grade earns; grades stand from the highest to the lowest."""

    rules: Annotated[tuple[ScoringRule, ...], Field(min_length=1)]
    """The points for what is known of a lead."""
    grades: Annotated[tuple[Grade, ...], Field(min_length=1)]
    """The grades, from the highest to the lowest."""


class DefinitionTerms(Terms):
    """The mapping of `definitions.yml`."""

    glossary: dict[Id, Term] = Field(default_factory=dict)
    """The terms, each under an id of its own."""
    funnel: tuple[Stage, ...] = ()
    """The stages of the funnel, from the first to the last."""
    qualification: Qualification | None = None
    """How both sides call a lead qualified."""
    personas: tuple[Persona, ...] = ()
    """The kinds of buyers both teams mean to win."""
    scoring: Scoring | None = None
    """How a lead is scored."""
