"""The operations that GraphiQL opens with on somebody's first visit."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from gateway.resolvers.global_ids import NodeType, encode


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of GraphiQL. `variables` is JSON text; the editor names the tab after its operation."""

    title: str
    query: str
    variables: str | None = None


@dataclass(frozen=True, slots=True)
class Examples:
    """Whom and where the examples ask about: a person and a place that the store or NOMIS knows."""

    prison_number: str = "A1234BC"
    agency_id: str = "LEI"


MOVES: Final = """\
query MovesOfTheDay {
  moves(first: 50, filter: {dateFrom: "%(today)s", dateTo: "%(today)s"}) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      reference
      status
      type
      date
      timeDue
      fromLocation {
        agencyId
        title
      }
      toLocation {
        agencyId
        title
      }
      person {
        prisonNumber
        firstNames
        lastName
        category {
          code
        }
        alerts {
          code {
            code
            description
          }
          type {
            code
          }
          activeFrom
        }
        escortEligibility {
          eligible
          reasons
        }
      }
      journeys {
        number
        state
        fromLocation {
          agencyId
        }
        toLocation {
          agencyId
        }
        vehicle {
          registration
        }
      }
      personEscortRecord {
        status
        sections {
          key
          status
          answered
          outstanding
        }
        flags {
          key
          title
          severity
        }
      }
    }
  }
}
"""

VIEWER: Final = """\
query WhoAmI {
  viewer {
    username
    name
    kind
    roles
    permissions
    activeCaseload {
      agencyId
      description
    }
    caseloads {
      agencyId
      description
      active
    }
    locations {
      agencyId
      title
    }
    supplier {
      key
      name
    }
    sessionExpiresAt
  }
}
"""

PERSON: Final = """\
query OnePerson {
  person(prisonNumber: "%(prison_number)s") {
    prisonNumber
    firstNames
    lastName
    dateOfBirth
    category {
      code
      description
    }
    location {
      agencyId
      title
    }
    escortEligibility {
      eligible
      reasons
    }
    alerts {
      type {
        description
      }
      code {
        code
        description
      }
      comment
      activeFrom
      expiresOn
    }
    careNeeds {
      type
      description
      startDate
    }
    moves(first: 5) {
      nodes {
        reference
        status
        date
        fromLocation {
          title
        }
        toLocation {
          title
        }
      }
    }
    provenance {
      system
      fetchedAt
      stale
    }
  }
}
"""

RECORDS: Final = """\
query EscortRecordsOfTheDay {
  moves(first: 5, filter: {dateFrom: "%(today)s", dateTo: "%(today)s", perStatuses: [IN_PROGRESS, COMPLETED]}) {
    nodes {
      reference
      personEscortRecord {
        id
        status
        prefilledFrom {
          confirmedAt
        }
        flags {
          title
          severity
        }
        sections {
          title
          status
          outstanding
          responses {
            question {
              key
              text
            }
            applies
            answer {
              option {
                option
                details
              }
              options {
                option
                details
              }
              text
            }
            needsReview
            version
          }
        }
      }
    }
  }
}
"""

DASHBOARD: Final = """\
query TodayAtOnePlace {
  dashboard(locationId: "%(location_id)s", from: "%(today)s", to: "%(today)s") {
    location {
      agencyId
      title
    }
    days {
      date
      incoming {
        total
        perIncomplete
        inTransit
        byStatus {
          status
          count
        }
      }
      outgoing {
        total
        perIncomplete
        inTransit
        byStatus {
          status
          count
        }
      }
    }
  }
}
"""

REFERENCE: Final = """\
query PlacesAndAlertTypes {
  locations(first: 20, filter: {types: [PRISON], active: true}) {
    totalCount
    nodes {
      id
      agencyId
      title
      region
      suppliers {
        key
        name
      }
    }
  }
  alertTypes {
    code
    description
    codes {
      code
      description
      active
    }
  }
}
"""


def example_tabs(today: date, examples: Examples | None = None) -> tuple[Tab, ...]:
    """Return the tabs, asking about the given day: values stand in the text, so that each runs as it is."""
    about = examples or Examples()
    values = {
        "today": today.isoformat(),
        "prison_number": about.prison_number,
        "location_id": encode(NodeType.LOCATION, about.agency_id),
    }
    return (
        Tab("The day's moves, with people and alerts from NOMIS and journeys from the suppliers", MOVES % values),
        Tab("Who I am, what I may do and where", VIEWER),
        Tab("One person, by prison number", PERSON % values),
        Tab("Who is arriving and leaving today", DASHBOARD % values),
        Tab("Escort records of the day: what is answered, what is not, what waits to be reviewed", RECORDS % values),
        Tab("Prisons, and the alerts that NOMIS knows", REFERENCE),
    )
