"""People: found by exact prison number, shown to whoever may see them."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

from gateway.domain.access_log import SubjectType
from gateway.domain.errors import GatewayError
from gateway.domain.ids import PrisonNumber
from gateway.domain.people import CareNeed, Person
from gateway.domain.scope import Scope
from gateway.domain.times import business_day
from gateway.policies.people import may_see, sight_window
from gateway.services.access_log import AccessRecorder, Read
from gateway.services.loaders import asks_upstream
from gateway.services.platform import Platform
from gateway.store import moves


class People:
    """The single door to a person: whatever comes out of it passed `policies.people`."""

    def __init__(self, platform: Platform, scope: Scope, access: AccessRecorder) -> None:
        self._platform = platform
        self._scope = scope
        self._access = access
        self._asked = platform.asking.people

    @asks_upstream
    async def by_numbers(self, numbers: Sequence[PrisonNumber]) -> Mapping[PrisonNumber, Person | GatewayError]:
        """Find people; one whom the viewer may not see is left out like one who does not exist.

        One whom NOMIS holds but who cannot be read is an error, to whoever may see them wherever they are.

        The store and NOMIS are both asked in either case, so that neither the answer nor its cost tells them apart.

        Raises:
            UpstreamError: NOMIS could not be asked.

        """
        admitted = await self._from_what_is_kept(numbers) if self._asked.keeps else await self._from_nomis(numbers)
        await self._access.viewed(
            SubjectType.PERSON,
            (Read(number, number) for number, person in admitted.items() if isinstance(person, Person)),
        )
        return admitted

    @asks_upstream
    async def care_needs(
        self, numbers: Sequence[PrisonNumber]
    ) -> Mapping[PrisonNumber, tuple[CareNeed, ...] | GatewayError]:
        """Give the care needs of people who came out of `by_numbers`, or the error where those of one cannot be read.

        Raises:
            UpstreamError: NOMIS could not be asked.

        """
        return await self._platform.nomis.prison_api.care_needs(numbers)

    async def note_refused(self, numbers: Sequence[PrisonNumber]) -> None:
        """Note that numbers were asked for and gave nobody."""
        await self._access.refused(SubjectType.PERSON, (Read(number, number) for number in numbers))

    async def _from_nomis(self, numbers: Sequence[PrisonNumber]) -> dict[PrisonNumber, Person | GatewayError]:
        # Both are waited for, whatever the other raises: neither may go on behind an answer that was given already.
        found, sighted = await asyncio.gather(self._asked.ask(numbers), self._sighted(numbers), return_exceptions=True)
        if isinstance(found, BaseException):
            raise found
        if isinstance(sighted, BaseException):
            raise sighted
        return self._admitted(found, sighted)

    async def _from_what_is_kept(self, numbers: Sequence[PrisonNumber]) -> dict[PrisonNumber, Person | GatewayError]:
        """Find people who were asked for of late, by anybody, without asking again.

        Only what the viewer may see is taken from there. For all others NOMIS is asked as if nothing were kept: an
        answer that comes sooner would tell that somebody else looked at a person who is hidden from the viewer.
        """
        sighted = await self._sighted(numbers)
        shown = self._admitted(self._asked.kept(numbers), sighted)
        self._asked.renew(shown)
        rest = [number for number in numbers if number not in shown]
        return {**shown, **self._admitted(await self._asked.ask(rest), sighted)} if rest else shown

    def _admitted(
        self, found: Mapping[PrisonNumber, Person | GatewayError], sighted: Collection[PrisonNumber]
    ) -> dict[PrisonNumber, Person | GatewayError]:
        return {
            number: person
            for number, person in found.items()
            if may_see(self._scope, person if isinstance(person, Person) else None, sighted=number in sighted)
        }

    async def _sighted(self, numbers: Sequence[PrisonNumber]) -> frozenset[PrisonNumber]:
        if self._scope.national:
            return frozenset()
        window = sight_window(business_day(self._platform.clock()))
        return await moves.sighted(self._platform.database, numbers, window, within=self._scope)
