"""Random queries over the schema itself, with ids and numbers of a world, or of nothing."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Final

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)

from tests.scope.answers import schema
from tests.scope.dice import Dice
from tests.scope.estates import AGENCIES, NOBODY, NUMBERS, World, uid
from tests.scope.fields import global_id, kind_of
from tests.scope.fields_of_records import response_id
from tests.scope.pages import (
    MOVE_KEYS,
    allocation_key,
    cursor,
    event_key,
    location_cursor,
    move_key,
)
from tests.support.worlds import TODAY

# What an account is called and may do is settled by its roles alone, and told nowhere else.
# The questions of items have such questions themselves, and there none: a query could go on for ever.
LEFT_OUT: Final = frozenset({"Viewer.kind", "Viewer.permissions", "PerQuestion.itemQuestions"})

DAY: Final = timedelta(days=1)

_MOST_FIELDS: Final = 36
"""How many fields with a selection of their own a query has at most."""
_EVERYBODYS: Final = {
    *("Location", "Supplier", "PageInfo", "Provenance", "VehicleNeeds", "AlertType", "AlertCode"),
    *("PerQuestionSet", "PerQuestion", "PerOption", "PerOptionFlag", "PerDependency"),
}
_DEPTH: Final = 9
_DEEP_ENOUGH: Final = 5
"""Above so many levels a query goes on; below, it may."""


@dataclass
class Things:
    """The names of all there is in some worlds, seen or hidden, and of some things that are not."""

    ids: dict[str, list[str]]
    numbers: list[str]
    move_cursors: dict[str, list[str]]
    event_cursors: list[str]
    allocation_cursors: list[str]
    location_cursors: list[str] = field(default_factory=lambda: [location_cursor(one) for one in AGENCIES])

    @classmethod
    def of(cls, *worlds: World) -> "Things":
        """Gather them, each once, in the order of the worlds."""
        moves = [planned for world in worlds for planned in world.moves]
        allocations = [one for world in worlds for one in world.allocations]
        events = [event for planned in moves for event in planned.events]
        legs = [
            global_id("Journey", planned.move.id, leg.id)
            for planned in moves
            for leg in [
                *(planned.legs or ()),
                *(planned.kept_legs or ()),
                *(planned.received_legs or ()),
                *(planned.kept_received_legs or ()),
            ]
        ]
        ids = {
            "Move": [global_id("Move", planned.move.id) for planned in moves],
            "Person": [global_id("Person", number) for number in (*NUMBERS, NOBODY[0])],
            "Allocation": [global_id("Allocation", one.id) for one in allocations],
            "PersonEscortRecord": [global_id("PersonEscortRecord", one.record.id) for one in moves if one.record],
            "YouthRiskAssessment": [
                global_id("YouthRiskAssessment", one.assessment.id) for one in moves if one.assessment
            ],
            "PerResponse": [
                response_id(record, key)
                for one in moves
                for record in (one.record, one.assessment)
                if record
                for key in ("held-separately", "risk-from-other-people", "first-language", "property-bags")
            ],
            "Lodging": [global_id("Lodging", stay.id) for planned in moves for stay in planned.stays],
            "Event": [global_id("Event", event.id) for event in events],
            "Journey": [*legs, global_id("Journey", uid("move", 0), uid("leg", "none"))],
            "Location": [global_id("Location", agency_id) for agency_id in (*AGENCIES, "OUT", "NOWHERE")],
            "Supplier": [global_id("Supplier", key) for key in ("geoamey", "serco", "nobody")],
        }
        for kind in ("Move", "Allocation", "PersonEscortRecord", "YouthRiskAssessment", "Lodging", "Event"):
            ids[kind].append(global_id(kind, uid("none", kind)))
        ids["PerResponse"].append(global_id("PerResponse", "person-escort-record", uid("none"), "held-separately"))
        return cls(
            ids={kind: list(dict.fromkeys(found)) for kind, found in ids.items()},
            numbers=[*NUMBERS, *NOBODY],
            move_cursors={
                order: list(dict.fromkeys(cursor(order.lower(), move_key(planned, order)) for planned in moves))
                for order in MOVE_KEYS
            },
            event_cursors=list(dict.fromkeys(cursor("occurred_at", event_key(event)) for event in events)),
            allocation_cursors=list(
                dict.fromkeys(cursor("date", allocation_key(one.date, one.id)) for one in allocations)
            ),
        )


class Writer:
    """Writes one query, drawing each choice."""

    def __init__(self, dice: Dice, things: Things) -> None:
        self._dice = dice
        self._things = things
        self._left = 0

    def query(self) -> str:
        names = [self._dice.one_of(_roots()) for _ in range(self._dice.one_of((1, 2, 3, 4, 4)))]
        query = schema().query_type
        assert query is not None
        roots = []
        for number, name in enumerate(names):
            self._left = _MOST_FIELDS // len(names)
            roots.append(f"r{number}: {self._composite('Query', name, query.fields[name], _DEPTH)}")
        return f"{{ {' '.join(roots)} }}"

    def _composite(self, parent: str, name: str, definition: GraphQLField, depth: int) -> str:
        self._left -= 1
        if name in ("node", "nodes") and parent == "Query":
            return self._nodes(name, depth)
        arguments = _ARGUMENTS.get(f"{parent}.{name}")
        given = "" if arguments is None else arguments(self)
        return f"{name}{given} {{ {self._selection(get_named_type(definition.type), depth - 1)} }}"

    def _selection(self, of: GraphQLNamedType, depth: int) -> str:
        """Select all leaves or only one, and some of the fields that lead on."""
        assert isinstance(of, GraphQLObjectType)
        leaves, onward = _fields()[of.name]
        one = ["id"] if "id" in leaves else leaves[:1]
        parts = [*leaves] if not self._dice.one_in(3) else [*one]
        if onward and depth > 0 and self._left > 0:
            most = 2 if of.name.endswith("Connection") else 3
            least = 0 if leaves and depth < _DEEP_ENOUGH else 1
            scoped = [name for name in onward if _leads_to_scoped(of, name)]
            options = scoped if scoped and not self._dice.one_in(3) else onward
            parts += [
                self._composite(of.name, name, of.fields[name], depth)
                for name in self._dice.some(options, least=least, most=most)
                if self._left > 0
            ]
        return " ".join(parts) or "__typename"

    def _nodes(self, name: str, depth: int) -> str:
        """Ask for things by their ids: all that is asked about one kind of them, and the id of the others."""
        kinds = sorted(self._things.ids)
        wanted = self._dice.one_of(kinds)
        every = [one for kind in kinds for one in self._things.ids[kind]]
        ids = [self._dice.one_of(self._things.ids[wanted])]
        if name == "nodes":
            ids += [self._dice.one_of(every) for _ in range(self._dice.number(0, 3))]
        detail = self._selection(schema().type_map[kind_of(ids[0])], depth - 1)
        given = f"ids: {json.dumps(ids)}" if name == "nodes" else f"id: {json.dumps(ids[0])}"
        return f"{name}({given}) {{ __typename id ... on {wanted} {{ {detail} }} }}"

    # Arguments. Each gives what stands in brackets after a field, or nothing.

    def id_of(self, kind: str) -> str:
        every = [one for found in self._things.ids.values() for one in found]
        return f"(id: {json.dumps(self._dice.one_of(every if self._dice.one_in(6) else self._things.ids[kind]))})"

    def number(self) -> str:
        return f"(prisonNumber: {json.dumps(self._dice.one_of(self._things.numbers))})"

    def numbers(self) -> str:
        numbers = [self._dice.one_of(self._things.numbers) for _ in range(self._dice.number(0, 5))]
        return f"(prisonNumbers: {json.dumps(numbers)})"

    def slice_of(self, cursors: list[str], *, both_ways: bool = False) -> list[str]:
        size, place = ("last", "before") if both_ways and self._dice.one_in(3) else ("first", "after")
        parts = [f"{size}: {self._dice.one_of((3, 6, 1, 2, 6, 0, 6))}"]
        if cursors and self._dice.one_in(5):
            parts.append(f"{place}: {json.dumps(self._dice.one_of(cursors))}")
        return parts

    def moves(self) -> str:
        order, direction = self._dice.one_of(list(MOVE_KEYS)), self._dice.one_of(("ASC", "DESC"))
        parts = [f"filter: {{{self._move_filter()}}}", f"orderBy: {{field: {order}, direction: {direction}}}"]
        return f"({', '.join([*parts, *self.slice_of(self._things.move_cursors[order], both_ways=True)])})"

    def _move_filter(self) -> str:
        parts = {
            "direction": lambda: self._dice.one_of(["INCOMING", "OUTGOING"]),
            "locationIds": self._places,
            "dateFrom": lambda: json.dumps(self._days(-30, 0)),
            "dateTo": lambda: json.dumps(self._days(0, 3)),
            "statuses": lambda: self._values("MoveStatus"),
            "types": lambda: self._values("MoveType"),
            "supplierKey": lambda: self._dice.one_of(['"geoamey"', '"serco"']),
            "prisonNumber": lambda: json.dumps(self._dice.one_of(self._things.numbers)),
            "perStatuses": lambda: self._values("PerStatus"),
        }
        return self._filter(parts)

    def allocations(self) -> str:
        parts = {
            "locationIds": self._places,
            "statuses": lambda: self._values("AllocationStatus"),
            "dateFrom": lambda: json.dumps(self._days(-30, 0)),
            "dateTo": lambda: json.dumps(self._days(0, 3)),
        }
        given = [f"filter: {{{self._filter(parts)}}}"]
        return f"({', '.join([*given, *self.slice_of(self._things.allocation_cursors, both_ways=True)])})"

    def _filter(self, parts: dict[str, Callable[[], str]]) -> str:
        wanted = self._dice.some(sorted(parts), most=self._dice.one_of((0, 1, 2)))
        return ", ".join(f"{name}: {parts[name]()}" for name in wanted)

    def _places(self) -> str:
        return json.dumps(self._dice.some(self._things.ids["Location"], most=2))

    def _values(self, enumeration: str) -> str:
        named = schema().type_map[enumeration]
        assert isinstance(named, GraphQLEnumType)
        wanted = self._dice.some(sorted(named.values), most=4)
        return f"[{', '.join(wanted)}]"

    def _days(self, least: int, most: int) -> str:
        day = TODAY + timedelta(days=self._dice.number(least, most))
        return day.isoformat()

    def dashboard(self) -> str:
        place = self._dice.one_of(self._things.ids["Location"][: len(AGENCIES)])
        return f'(locationId: {json.dumps(place)}, from: "{self._days(-2, 0)}", to: "{self._days(0, 1)}")'

    def moves_below(self) -> str:
        return f"({', '.join(self.slice_of(self._things.move_cursors['DATE']))})"

    def events(self) -> str:
        parts = self.slice_of(self._things.event_cursors)
        if self._dice.one_in(5):
            parts.append(f"classifications: {self._values('EventClassification')}")
        return f"({', '.join(parts)})"

    def history(self) -> str:
        return f"({', '.join(self.slice_of([]))})"

    def events_below(self) -> str:
        return f"({', '.join(self.slice_of(self._things.event_cursors))})"

    def alerts(self) -> str:
        return self._dice.one_of(["", "(active: false)", "(active: null)", '(active: null, typeCodes: ["X"])'])

    def place(self) -> str:
        return f"(agencyId: {json.dumps(self._dice.one_of([*AGENCIES, 'OUT', 'NOWHERE']))})"

    def places(self) -> str:
        wanted = self._dice.one_of(
            ["types: [PRISON]", 'titleContains: "LEEDS"', "active: false", "types: [COURT, POLICE]", ""]
        )
        return f"({', '.join([f'filter: {{{wanted}}}', *self.slice_of(self._things.location_cursors)])})"

    def question_set(self) -> str:
        return self._dice.one_of(["", "(kind: ESCORT_RECORD)", '(kind: YOUTH_RISK_ASSESSMENT, version: "1.0.0")'])

    def questions(self) -> str:
        return self._dice.one_of(["(section: PROPERTY)", "(section: OFFENCE)", "(section: CONTACTS)"])

    def section(self) -> str:
        return f"(key: {self._dice.one_of(['RISK', 'HEALTH'])})"


_ARGUMENTS: Final[dict[str, Callable[[Writer], str]]] = {
    "Query.person": Writer.number,
    "Query.people": Writer.numbers,
    "Query.move": lambda writer: writer.id_of("Move"),
    "Query.moves": Writer.moves,
    "Query.dashboard": Writer.dashboard,
    "Query.allocation": lambda writer: writer.id_of("Allocation"),
    "Query.allocations": Writer.allocations,
    "Query.personEscortRecord": lambda writer: writer.id_of("PersonEscortRecord"),
    "Query.location": Writer.place,
    "Query.locations": Writer.places,
    "Query.perQuestionSet": Writer.question_set,
    "PerQuestionSet.questions": Writer.questions,
    "Person.alerts": Writer.alerts,
    "Person.moves": Writer.moves_below,
    "Allocation.moves": Writer.moves_below,
    "Move.events": Writer.events,
    "Move.history": Writer.history,
    "Journey.events": Writer.events_below,
    "PersonEscortRecord.section": Writer.section,
    "YouthRiskAssessment.section": Writer.section,
}


@cache
def _fields() -> dict[str, tuple[list[str], list[str]]]:
    """Sort each type's fields into leaves and those that lead on."""
    found = {}
    for name, of in schema().type_map.items():
        if isinstance(of, GraphQLObjectType) and not name.startswith("__"):
            fields = [one for one in of.fields if f"{name}.{one}" not in LEFT_OUT]
            leaves = [one for one in fields if is_leaf_type(get_named_type(of.fields[one].type))]
            found[name] = (leaves, [one for one in fields if one not in leaves])
    return found


def _leads_to_scoped(of: GraphQLObjectType, name: str) -> bool:
    """Tell whether a field leads to what not everybody may see: those are asked for more often than the others."""
    return get_named_type(of.fields[name].type).name not in _EVERYBODYS


@cache
def _roots() -> list[str]:
    """Name the root fields; what holds people and moves is asked for more often than what is everybody's."""
    held = ["moves", "people", "moves", "nodes", "moves", "person", "allocations", "dashboard"]
    return [*held, *held, *_fields()["Query"][1]]


def fields_with_arguments() -> set[str]:
    """Name every field of the schema that leads on and takes arguments, bar those by id of anything."""
    return {
        f"{name}.{one}"
        for name, (_, onward) in _fields().items()
        for one in onward
        for of in [schema().type_map[name]]
        if isinstance(of, GraphQLObjectType) and of.fields[one].args and one not in ("node", "nodes")
    } - {f"{root}.{one}" for root in ("Mutation", "Subscription") for one in _fields()[root][1]}


def arguments_known() -> set[str]:
    return set(_ARGUMENTS)


def draw_query(dice: Dice, *worlds: World) -> str:
    """Draw a query of up to four root fields, some nine fields deep, about the things of some worlds."""
    return Writer(dice, Things.of(*worlds)).query()


def ask_for_everything(*worlds: World) -> str:
    """Ask straight for all there is in some worlds: by every id and number, from every place, and for every count."""
    things = Things.of(*worlds)
    ids = [one for found in things.ids.values() for one in found][:100]
    places = [global_id("Location", agency_id) for agency_id in AGENCIES]
    counted = "totalCount pageInfo { startCursor endCursor hasNextPage hasPreviousPage }"
    hanging = (
        "id person { id } journeys { id } lodgings { id } tracking { latitude } allocation { id } "
        "personEscortRecord { id person { id } } youthRiskAssessment { id } events(first: 10) { nodes { id } }"
    )
    personal = f"id lastName alerts(active: null) {{ comment }} moves(first: 10) {{ {counted} nodes {{ id }} }}"
    roots = [
        f"nodes(ids: {json.dumps(ids)}) {{ __typename id }}",
        f"people(prisonNumbers: {json.dumps(things.numbers)}) {{ {personal} }}",
        f"everywhere: moves(filter: {{locationIds: {json.dumps(places)}}}) {{ {counted} nodes {{ id }} }}",
        f"all: moves(orderBy: {{field: CREATED_AT}}) {{ {counted} nodes {{ {hanging} }} }}",
        f"allocations {{ {counted} nodes {{ id filledCount moves(first: 10) {{ {counted} nodes {{ id }} }} }} }}",
        *(
            f'd{at}: dashboard(locationId: {json.dumps(place)}, from: "{TODAY - DAY}", to: "{TODAY + DAY}") '
            "{ days { incoming { total perIncomplete } outgoing { total inTransit } } }"
            for at, place in enumerate(places[:2])
        ),
        f"one: moves(filter: {{prisonNumber: {json.dumps(things.numbers[0])}}}) {{ totalCount }}",
    ]
    return f"{{ {' '.join(roots)} }}"
