"""The keys that sign access tokens, and their rotation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ALGORITHM = "RS256"
FIRST_KEY_ID = "dps-client-key"

# Claims are free-form JSON; the callers narrow each one they read.
Claims = dict[str, Any]


class KeyInUseError(Exception):
    """Raised when the key that signs today's tokens is asked to go."""


def _new_private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One RSA key and the id under which its public half is published."""

    key_id: str = field(default_factory=lambda: f"dps-{uuid4().hex[:12]}")
    private: rsa.RSAPrivateKey = field(default_factory=_new_private_key, repr=False)

    def jwk(self) -> dict[str, str]:
        numbers = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": ALGORITHM,
            "kid": self.key_id,
            "n": str(numbers["n"]),
            "e": str(numbers["e"]),
        }


class KeyRing:
    """The published keys, of which exactly one signs.

    Tokens signed with any published key verify; dropping a key ends them all at once.
    """

    def __init__(self, first: SigningKey | None = None) -> None:
        first = first or SigningKey(key_id=FIRST_KEY_ID)
        self._published: dict[str, SigningKey] = {first.key_id: first}
        self._signing = first.key_id
        self._waiting: str | None = None
        self._stranger: SigningKey | None = None

    @property
    def signing_key_id(self) -> str:
        return self._signing

    def published_ids(self) -> list[str]:
        return list(self._published)

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        return {"keys": [key.jwk() for key in self._published.values()]}

    def publish(self) -> str:
        """Publish a key that does not sign yet, so that verifiers may learn it before its first token."""
        key = SigningKey()
        self._published[key.key_id] = key
        self._waiting = key.key_id
        return key.key_id

    def rotate(self) -> str:
        """Sign from now on with the waiting key, or with a new one where none waits."""
        self._signing = self._waiting or self.publish()
        self._waiting = None
        return self._signing

    def drop(self, key_id: str) -> None:
        """Stop publishing a key; raises KeyError when it is unknown, KeyInUseError when it signs."""
        if key_id == self._signing:
            raise KeyInUseError(key_id)
        del self._published[key_id]
        if self._waiting == key_id:
            self._waiting = None

    def sign(self, claims: Mapping[str, Any]) -> str:
        return self._sign(claims, self._published[self._signing], self._signing)

    def forge(self, claims: Mapping[str, Any]) -> str:
        """Sign with a key that is published nowhere, under the live key's id: a token no verifier may accept."""
        self._stranger = self._stranger or SigningKey(key_id="stranger")
        return self._sign(claims, self._stranger, self._signing)

    def verify(self, token: str) -> Claims:
        """Return the claims of a token signed with a published key; raises jwt.InvalidTokenError.

        Only the signature is checked: the services take the time from their own clock, and none of them looks at the
        issuer or an audience.
        """
        key = self._published.get(_key_id(token))
        if key is None:
            raise jwt.InvalidTokenError("no published key has this id")
        return dict(_signed_claims(token, key))

    @staticmethod
    def _sign(claims: Mapping[str, Any], key: SigningKey, key_id: str) -> str:
        return jwt.encode(dict(claims), key.private, algorithm=ALGORITHM, headers={"kid": key_id})


# A token comes with every request of its bearer: what it says, and that it was signed, is found out once.


@lru_cache(maxsize=1000)
def _key_id(token: str) -> str:
    return str(jwt.get_unverified_header(token).get("kid"))


@lru_cache(maxsize=1000)
def _signed_claims(token: str, key: SigningKey) -> Claims:
    claims: Claims = jwt.decode(
        token,
        key.private.public_key(),
        algorithms=[ALGORITHM],
        options={"verify_exp": False, "verify_aud": False, "verify_iat": False, "verify_nbf": False},
    )
    return claims
