"""People, their alerts and needs: from NOMIS."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import alerts as alert_values
from gateway.domain import people as values
from gateway.domain.locations import Location as LocationValue
from gateway.domain.people import EscortExclusion
from gateway.domain.provenance import Provenance as ProvenanceValue
from gateway.resolvers import alerts as resolve_alert
from gateway.resolvers import people as resolve
from gateway.resolvers.global_ids import NodeType
from gateway.schema.enums import register
from gateway.schema.locations import Location
from gateway.schema.nodes import Node, id_field
from gateway.schema.provenance import Provenance
from gateway.schema.relations import RELATION, relation
from gateway.schema.scalars import PrisonNumber

if TYPE_CHECKING:  # the two modules name each other's types
    from gateway.schema.moves import MoveConnection

LazyMoveConnection = Annotated["MoveConnection", strawberry.lazy("gateway.schema.moves")]

register(
    EscortExclusion,
    "Why the escort contract does not cover a person.",
    {
        EscortExclusion.CATEGORY_A: "Category A of any escape risk, provisional ones included.",
        EscortExclusion.RESTRICTED_STATUS: "Restricted Status: women and young adults.",
        EscortExclusion.ESCAPE_LIST_HEIGHTENED: "On the escape list at its heightened level.",
    },
)


@strawberry.type(description="A person's security category.")
class PrisonerCategory:
    code: str = strawberry.field(description="NOMIS's code.")
    description: str = strawberry.field(description="What the code means; the code itself where that is not known.")


@strawberry.type(description="A code that an alert may have.")
class AlertCode:
    code: str = strawberry.field(description="The code: XEL, HA.")
    description: str = strawberry.field(description="What it says of a person.")
    active: object = strawberry.field(
        resolver=resolve_alert.is_in_use,
        graphql_type=bool,
        description="Whether new alerts may have this code; true where the catalogue cannot be had.",
    )


@strawberry.type(description="A group of alert codes.")
class AlertType:
    code: str = strawberry.field(description="The letter or letters of the type: X, H.")
    description: str = strawberry.field(description="What its codes are about.")
    codes: Sequence[alert_values.AlertCode] = strawberry.field(
        resolver=resolve_alert.codes, graphql_type=list[AlertCode], description="Every code of the type."
    )


@strawberry.type(description="A marker of risk or need that staff have put on a person.")
class Alert:
    type: alert_values.AlertType = strawberry.field(
        resolver=resolve_alert.type_of, graphql_type=AlertType, description="The type of its code."
    )
    code: alert_values.AlertCode = strawberry.field(graphql_type=AlertCode, description="What it says.")
    comment: str | None = strawberry.field(description="What staff wrote beside it.")
    active_from: date | None = strawberry.field(description="The first day on which it holds.")
    expires_on: date | None = strawberry.field(description="The first day on which it no longer holds.")
    active: bool = strawberry.field(description="Whether it holds today.")
    provenance: ProvenanceValue = strawberry.field(
        graphql_type=Provenance, description="Where it came from and how old the answer is."
    )


@strawberry.type(description="A need for care that is recorded for a person.")
class CareNeed:
    type: str = strawberry.field(description="The group of the need: DISAB, MATSTAT, PHY, PSYCH, SC.")
    code: str = strawberry.field(description="The code of the need within its group.")
    description: str = strawberry.field(description="What the need is.")
    start_date: date | None = strawberry.field(description="Since when.")
    end_date: date | None = strawberry.field(description="Until when.")


@strawberry.type(description="Whether the escort contract covers a person.")
class EscortEligibility:
    eligible: bool = strawberry.field(description="True where nothing excludes the person.")
    reasons: list[EscortExclusion] = strawberry.field(description="What excludes them.")


@strawberry.type(
    description="A person in custody, as NOMIS knows them. Found by exact prison number only. Visible to the "
    "establishment that holds them, and through a move that is not over."
)
class Person(Node):
    id: strawberry.ID = id_field(NodeType.PERSON, lambda root: root.prison_number)
    prison_number: PrisonNumber = strawberry.field(description="NOMIS's number of the person.")
    first_names: str = strawberry.field(description="First and middle names.")
    last_name: str = strawberry.field(description="Family name.")
    date_of_birth: date | None = strawberry.field(description="Date of birth.")
    gender: str | None = strawberry.field(description="Gender as NOMIS has it.")
    ethnicity: str | None = strawberry.field(description="Ethnicity as NOMIS has it.")
    nationality: str | None = strawberry.field(description="Nationality as NOMIS has it.")
    pnc_number: str | None = strawberry.field(description="Police National Computer number.")
    cro_number: str | None = strawberry.field(description="Criminal Records Office number.")
    category: values.PrisonerCategory | None = strawberry.field(
        graphql_type=PrisonerCategory | None, description="Security category; null before one is given."
    )
    location: LocationValue | None = strawberry.field(
        resolver=resolve.location,
        graphql_type=Location | None,
        description="The establishment that holds the person; null while they are outside or between two.",
    )
    alerts: Sequence[alert_values.Alert] | None = strawberry.field(
        resolver=resolve.alerts,
        metadata={RELATION: resolve.alerts_by},
        graphql_type=list[Alert] | None,
        description="Alerts: those in force; with `active: false` those that are not; with null all. "
        "Null where they could not be had; an entry in `errors` says why.",
    )
    care_needs: Sequence[values.CareNeed] | None = relation(
        resolve.CARE_NEEDS, list[CareNeed] | None, "Needs for care that are current."
    )
    escort_eligibility: values.EscortEligibility | None = strawberry.field(
        resolver=resolve.eligibility,
        metadata={RELATION: resolve.ELIGIBILITY},
        graphql_type=EscortEligibility | None,
        description="Whether the escort contract covers the person, and why not. "
        "Null where the category is one that nobody here knows: then a person has to decide.",
    )
    moves: object = strawberry.field(
        resolver=resolve.moves,
        graphql_type=LazyMoveConnection,
        description="The person's moves that you may see, newest first.",
    )
    provenance: ProvenanceValue = strawberry.field(
        graphql_type=Provenance, description="Where it came from and how old the answer is."
    )

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        return isinstance(obj, values.Person)
