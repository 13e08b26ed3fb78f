"""The questions a new agreement needs answered: one list, for prompts, options and the worksheet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

STARTERS = {
    "full": ("lead-generation", "revenue", "content", "campaigns", "reporting", "training"),
    "lead-generation": ("lead-generation",),
    "content": ("content",),
    "campaigns": ("campaigns",),
    "reporting": ("reporting",),
    "training": ("training",),
}
"""The kinds of exchange that each starter agreement is made of."""


class Form(StrEnum):
    """What an answer is; its value names the rule that a wrong answer breaks."""

    STARTER = "starter"
    ID = "id"
    TEXT = "text"
    AMOUNT = "amount"
    PERCENT = "percent"
    DURATION = "duration"
    WEEKDAY = "weekday"
    DAY = "date"
    CURRENCY = "currency"
    TIMEZONE = "timezone"
    HOLIDAYS = "holidays"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `default` and `suggestions` are written as they would be typed, and "" is no answer."""

    key: str
    question: str
    help: str
    form: Form
    default: str = ""
    suggestions: tuple[str, ...] = ()
    is_optional: bool = False
    belongs_to: str = ""
    """The key of a question; where that has no answer, this one is not asked."""

    @property
    def label(self) -> str:
        """The question in a word or two, as messages name it."""
        return self.key.replace("-", " ")


QUESTIONS = (
    Question(
        "starter",
        "Which agreement to start from?",
        "One exchange between the two teams, or full: all of them.",
        Form.STARTER,
        "full",
        tuple(STARTERS),
    ),
    Question(
        "id",
        "Under which id?",
        "The name of its folders and its part of the site's address: lower-case letters, digits, hyphens.",
        Form.ID,
        "marketing-sales",
    ),
    Question(
        "marketing",
        "What is the marketing side called?",
        "The name of the team, or of the company, that generates the leads.",
        Form.TEXT,
        "Marketing",
    ),
    Question(
        "sales",
        "What is the sales side called?",
        "The name of the team, or of the company, that follows the leads up.",
        Form.TEXT,
        "Sales",
    ),
    Question(
        "revenue-goal",
        "How much new revenue is the goal of a month?",
        "An amount of money in digits only.",
        Form.AMOUNT,
        "250000",
    ),
    Question(
        "deal-value",
        "What is an average deal worth?",
        "The first year's value of one new customer, in digits only.",
        Form.AMOUNT,
        "5000",
    ),
    Question(
        "win-rate",
        "Which share of the leads becomes customers?",
        "Customers won out of all leads that were handed over.",
        Form.PERCENT,
        "10%",
    ),
    Question(
        "marketing-share",
        "Which share of the revenue comes from marketing's leads?",
        "The rest comes from leads that sales finds itself.",
        Form.PERCENT,
        "50%",
    ),
    Question(
        "follow-up",
        "Within which time is a lead followed up?",
        "On the clock, or in working time.",
        Form.DURATION,
        "24 hours",
        ("30 minutes", "4 working hours", "24 hours", "48 hours"),
    ),
    Question(
        "report-day",
        "On which day is the weekly report due?",
        "A weekday.",
        Form.WEEKDAY,
        "friday",
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    ),
    Question(
        "timezone",
        "In which time zone do the two sides work?",
        "Its name in the IANA time zone database.",
        Form.TIMEZONE,
        "America/New_York",
        ("America/New_York", "America/Los_Angeles", "Europe/London", "Europe/Berlin", "Asia/Tokyo"),
    ),
    Question(
        "holidays",
        "Whose public holidays do they keep?",
        "A country, or a country and its part, for example US or US-NY; nothing where there are none.",
        Form.HOLIDAYS,
        suggestions=("US", "CA", "GB", "DE", "JP"),
        is_optional=True,
    ),
    Question(
        "currency",
        "In which currency?",
        "The three capital letters of ISO 4217.",
        Form.CURRENCY,
        "USD",
        ("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "JPY"),
    ),
    Question(
        "effective",
        "From which day is the agreement in force?",
        "Written YYYY-MM-DD; the first day of a month makes the first period a whole one.",
        Form.DAY,
    ),
    Question(
        "marketing-contact",
        "Who answers for the marketing side?",
        "A name, which is published; or nothing.",
        Form.TEXT,
        is_optional=True,
    ),
    Question(
        "marketing-email",
        "What is the e-mail address of marketing's contact?",
        "An address, which is published; or nothing.",
        Form.EMAIL,
        is_optional=True,
        belongs_to="marketing-contact",
    ),
    Question(
        "sales-contact",
        "Who answers for the sales side?",
        "A name, which is published; or nothing.",
        Form.TEXT,
        is_optional=True,
    ),
    Question(
        "sales-email",
        "What is the e-mail address of sales' contact?",
        "An address, which is published; or nothing.",
        Form.EMAIL,
        is_optional=True,
        belongs_to="sales-contact",
    ),
)
