"""The invented world: a pure function of a seed, a scale and a day, for stand-ins, demonstrations and tests."""

from estate.world import Estate as Estate
