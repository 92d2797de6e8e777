"""Context: what one operation is given. It has no engine, no HTTP client and no settings."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import strawberry

from gateway.domain.viewer import Viewer
from gateway.services import Services
from gateway.services.loaders import Loaders
from gateway.services.viewers import Viewers

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True)
class Context:
    """The viewer and the services of one operation. There is no context without a viewer."""

    viewer: Viewer
    services: Services
    viewers: Viewers
    request_id: str
    loaders: Loaders = field(default_factory=Loaders)


Info: TypeAlias = strawberry.Info[Context, None]
