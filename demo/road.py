"""The road of the demonstration: who is told of what, signed with which secret, and how fast it goes."""

from base64 import b64encode
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Road:
    """`speed` is how many minutes of the road pass in one of ours; None: nobody drives."""

    speed: float | None

    def flags(self, port: int, nomis: str) -> list[str]:
        """Return what a supplier's process needs to drive."""
        if self.speed is None:
            return []
        gateway = f"http://127.0.0.1:{port}"
        return ["--drive", "--speed", str(self.speed), "--gateway", gateway, "--sign-in", f"{nomis}/auth"]

    def env(self, key: str) -> dict[str, str]:
        """Return the secrets of a supplier's process."""
        return {"SUPPLIER_WEBHOOK_SECRET": _secret(f"to {key}"), "SUPPLIER_REPORT_SECRET": _secret(f"from {key}")}

    def settings(self, key: str, url: str) -> dict[str, object]:
        """Return what the gateway's settings say of a supplier's webhooks."""
        return {
            "webhook_url": f"{url}/webhooks",
            "webhook_secrets": [_secret(f"to {key}")],
            "inbound_webhook_secrets": [_secret(f"from {key}")],
        }

    def told(self, suppliers: dict[str, str]) -> str:
        """Say how to watch it."""
        (first, *_) = suppliers.values()
        drives = (
            "The suppliers hear of moves and do not drive."
            if self.speed is None
            else f"The suppliers drive the moves of today, {self.speed:g} times as fast as life: curl {first}/__road"
        )
        return f"{drives}\nStop with Ctrl-C."


def _secret(name: str) -> str:
    """Make a secret for a demonstration on one machine, where nothing is one."""
    return "whsec_" + b64encode(f"demonstration secret {name}".encode()).decode()
