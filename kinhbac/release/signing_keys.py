"""The keys of a signature: the province's private one, and the public ones that prove it.

Here: finding and reading them, signing bytes and proving that. Not here: what is signed, and where
it lies (``signature``).
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kinhbac.problems import Problem, ProblemsFound

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

SIGNING_KEY = "KINHBAC_SIGNING_KEY"
"""The environment variable that names the file of the private key; without it nothing is signed."""
OPENSSH_PRIVATE = b"-----BEGIN OPENSSH PRIVATE KEY-----"
OPENSSH_PUBLIC = b"ssh-"
DOCUMENTED = "see «Signing» in docs/operations.md"


@dataclass(frozen=True)
class SigningKey:
    """A private key, which is never printed or written, and the public one that it belongs to."""

    _private: Ed25519PrivateKey

    @property
    def public_pem(self) -> bytes:
        """The public key as it is published."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = self._private.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, content: bytes) -> bytes:
        """The 64 bytes of the signature over ``content``; the same for the same content."""
        return self._private.sign(content)


@dataclass(frozen=True)
class PublicKey:
    """A public key by which signatures are proven."""

    _public: Ed25519PublicKey

    @property
    def fingerprint(self) -> str:
        """The key in short, as ``ssh-keygen -l`` shows it."""
        from base64 import b64encode

        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import ssh_key_fingerprint

        digest = ssh_key_fingerprint(self._public, SHA256())
        return f"SHA256:{b64encode(digest).decode().rstrip('=')}"

    def has_signed(self, content: bytes, signature: bytes) -> bool:
        """Whether ``signature`` is that of this key over ``content``."""
        from cryptography.exceptions import InvalidSignature

        try:
            self._public.verify(signature, content)
        except InvalidSignature:
            return False
        return True


def find_signing_key(*published: Path) -> SigningKey | None:
    """The private key that ``$KINHBAC_SIGNING_KEY`` names; None when it names none.

    Raises ProblemsFound for all that is wrong with it: others may read it, it lies in a
    folder that is ``published``, it is no Ed25519 key without a passphrase.
    """
    named = os.environ.get(SIGNING_KEY)
    if not named:
        return None
    path = Path(named)
    problems = []

    def report(found: str, rule: str, remedy: str) -> None:
        problems.append(Problem(found, rule, remedy, file=named))

    try:
        mode, content = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        report(
            f"it cannot be opened ({error.strerror})",
            f"{SIGNING_KEY} names the key with which releases are signed",
            f"give it to kinhbac's user, or unset {SIGNING_KEY}",
        )
        raise ProblemsFound(SIGNING_KEY, problems) from None
    if stat.S_IMODE(mode) & 0o077:
        report("others on this machine may open it", "a private key is its owner's", "chmod 600")
    if any(path.resolve().is_relative_to(folder.resolve()) for folder in published):
        report(
            "it lies among what is published",
            "a private key lies where nobody publishes from",
            "move it elsewhere, and take a new one: this one may be known",
        )
    private = _read_private(content)
    if private is None:
        report(
            "it is no key that can be read",
            "an Ed25519 private key in PEM or OpenSSH form, without a passphrase: at night nobody "
            "is there to type one",
            DOCUMENTED,
        )
    if problems or private is None:
        raise ProblemsFound(SIGNING_KEY, problems)
    return SigningKey(private)


def read_public_key(path: Path) -> PublicKey:
    """The public key in ``path``, in PEM form or as a line of OpenSSH.

    Raises ProblemsFound when it cannot be opened or is no Ed25519 public key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    found = "it is no key that can be read"
    try:
        content = path.read_bytes()
        is_ssh = content.startswith(OPENSSH_PUBLIC)
        load = serialization.load_ssh_public_key if is_ssh else serialization.load_pem_public_key
        key = load(content)
        if isinstance(key, Ed25519PublicKey):
            return PublicKey(key)
    except OSError as error:
        found = f"it cannot be opened ({error.strerror})"
    except (ValueError, TypeError, UnsupportedAlgorithm):
        pass
    rule = "an Ed25519 public key in PEM or OpenSSH form"
    problem = Problem(found, rule, DOCUMENTED, file=path.as_posix())
    raise ProblemsFound(path.name, [problem])


def _read_private(content: bytes) -> Ed25519PrivateKey | None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    is_ssh = content.startswith(OPENSSH_PRIVATE)
    load = serialization.load_ssh_private_key if is_ssh else serialization.load_pem_private_key
    try:
        key = load(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, Ed25519PrivateKey) else None
