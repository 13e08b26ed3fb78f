"""What falls due becomes an iCalendar file (RFC 5545) to subscribe to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from living_sla.present.subscriptions import absolute, lasting_id, readable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from icalendar import Event

    from living_sla.agreement.fields import Every

_PRODUCT = "-//living-sla//living-sla//EN"
_MONTHS_BETWEEN = {"month": 1, "quarter": 3, "year": 12}
_LAST_OF_EVERY_MONTH = 28


@dataclass(frozen=True, slots=True)
class Appointment:
    """One whole day to keep in mind, or every such day.

    `key` is its identity: under the same key it moves in subscribers' calendars, under another it is a second
    one. `url` is a path below the root of the site. With `every` it comes again, first `on` that day and last
    not after `until`; a day that a month lacks is that month's last.
    """

    key: str
    on: date
    title: str
    description: str
    url: str
    every: Every | None = None
    until: date | None = None


def agenda_ics(
    title: str, appointments: Iterable[Appointment], *, as_of: date, site_url: str, origin: str = ""
) -> str:
    r"""All appointments in the order of their days; of one day, by their keys.

    Args:
        title: the calendar's name.
        appointments: in any order; without any, the calendar is an empty one.
        as_of: the day the calendar stands at.
        site_url: the address of the root; without one no appointment has a link, which may not be relative.
        origin: see `lasting_id`.

    Returns:
        the text with `\r\n` line ends; to be written as it is.
    """
    from icalendar import Calendar, Timezone, vText

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    for name in ("name", "x-wr-calname"):  # RFC 7986, and what calendars knew before it
        calendar.add(name, vText(readable(title)))
    stamp = datetime.combine(as_of, time(), UTC)
    ordered = sorted(appointments, key=lambda each: (each.on, each.key))
    for each in ordered:
        calendar.add_component(_event(each, stamp, absolute(each.url, site_url), origin))
    if not ordered:
        calendar.add_component(Timezone.from_tzid("UTC"))  # no calendar is without any component
    encoded: bytes = calendar.to_ical()
    return encoded.decode()


def _event(appointment: Appointment, stamp: datetime, link: str, origin: str) -> Event:
    from icalendar import Event

    event = Event.new(
        uid=lasting_id(appointment.key, origin),
        stamp=stamp,
        start=appointment.on,
        end=appointment.on + timedelta(days=1),
        summary=readable(appointment.title),
        description=readable(appointment.description) or None,
        url=link or None,
    )
    event.add("transp", "TRANSPARENT")
    if appointment.every:
        event.add("rrule", _rule(appointment.on, appointment.every, appointment.until))
    return event


def _rule(first: date, every: Every, until: date | None) -> dict[str, Any]:
    """The RRULE; one that names the 31st alone would leave out the months without it."""
    rule: dict[str, Any] = {"until": until} if until else {}
    if every == "day":
        return rule | {"freq": "DAILY"}
    if every == "week":
        return rule | {"freq": "WEEKLY"}
    if first.day > _LAST_OF_EVERY_MONTH:
        rule |= {"bymonthday": list(range(_LAST_OF_EVERY_MONTH, first.day + 1)), "bysetpos": -1}
    return rule | {"freq": "MONTHLY", "interval": _MONTHS_BETWEEN[every]}
