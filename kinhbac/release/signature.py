"""The signature of a sealed folder: Ed25519 over its ``SHA256SUMS``, and so over every file of it.

Here: the two files that make it, and proving them. Not here: keys (``signing_keys``), what is
hashed (``attestation``).

``SHA256SUMS.sig`` holds the 64 bytes of the signature as RFC 8032 defines it (pure Ed25519), with
nothing around them, and ``public-key.pem`` the public key as OpenSSL writes it, so anybody proves
it without kinhbac:

    openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig

The key that lies beside a signature says that nothing was changed after signing; that it was the
province who signed says only a key that came another way.
"""

from __future__ import annotations

from pathlib import Path

from kinhbac.checksums import SUMS
from kinhbac.data_folder import link_or_copy
from kinhbac.problems import ProblemFound, ProblemsFound
from kinhbac.release.signing_keys import PublicKey, SigningKey, read_public_key

SIGNATURE = f"{SUMS}.sig"
PUBLIC_KEY = "public-key.pem"
RULE = f"{SIGNATURE} is the signature of the key over {SUMS}"
REMEDY = "put both back from a copy of the release, or do not believe it"


def publish_key(key: SigningKey, folder: Path, before: Path | None) -> None:
    """Lay the public key into ``folder``, stored once when ``before`` has the same."""
    there, here = before / PUBLIC_KEY if before else None, folder / PUBLIC_KEY
    if there and there.is_file() and there.read_bytes() == key.public_pem:
        link_or_copy(there, here)
    else:
        here.write_bytes(key.public_pem)


def sign(folder: Path, key: SigningKey) -> None:
    """Sign the ``SHA256SUMS`` of ``folder``."""
    (folder / SIGNATURE).write_bytes(key.sign((folder / SUMS).read_bytes()))


def prove_signature(folder: Path, trusted: PublicKey | None) -> str:
    """Who signed ``folder``, in a sentence: the ``trusted`` key, or else the one that lies there.

    Raises ProblemFound when it was another, and when a signature must be there and is not.
    """
    try:
        content, signature = (folder / SUMS).read_bytes(), (folder / SIGNATURE).read_bytes()
    except OSError:
        if trusted or (folder / PUBLIC_KEY).exists() or (folder / SIGNATURE).exists():
            raise ProblemFound("there is no signature to be proven", RULE, REMEDY) from None
        return "nobody has signed it"
    try:
        key = trusted or read_public_key(folder / PUBLIC_KEY)
    except ProblemsFound:
        raise ProblemFound("there is no key to prove it by", RULE, REMEDY) from None
    whose = "the given key" if trusted else "the key that lies beside it"
    if not key.has_signed(content, signature):
        raise ProblemFound(f"it is not that of {whose}, {key.fingerprint}", RULE, REMEDY)
    doubt = "" if trusted else "; whose that is only --key proves"
    return f"it was signed by {whose}, {key.fingerprint}{doubt}"
