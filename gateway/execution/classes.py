"""Classes: of which type the values of a class are, asked once for each class."""

from collections.abc import Sequence

from graphql import GraphQLObjectType
from strawberry.types import has_object_definition

from gateway.execution.running import Irregular


class Classes(set[type]):
    """The classes whose objects are of a type, by the type's own word; asked once for each class."""

    def __init__(self, type_: GraphQLObjectType) -> None:
        super().__init__()
        self._type = type_

    def look_at(self, value: object) -> None:
        """Ask the type about a value of a class that is not known yet. Raises Irregular where it is none."""
        is_type_of = self._type.is_type_of
        if is_type_of is None or is_type_of(value, None) is not True:  # type: ignore[arg-type]  # ours look at the class alone
            raise Irregular
        self.add(type(value))


class Concrete(dict[type, int]):
    """Which of the possible types of an abstract one the objects of a class are."""

    def __init__(self, possible: Sequence[GraphQLObjectType]) -> None:
        super().__init__()
        self._possible = possible

    def of(self, value: object) -> int:
        """Return the place of a value's type among the possible ones. Raises Irregular where it is none."""
        class_ = type(value)
        known = self.get(class_)
        if known is None:
            if has_object_definition(class_):
                raise Irregular
            known = next(
                (place for place, one in enumerate(self._possible) if one.is_type_of and one.is_type_of(value, None)),  # type: ignore[arg-type]  # as above
                None,
            )
            if known is None:
                raise Irregular
            self[class_] = known
        return known
