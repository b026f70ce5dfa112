"""A passkey as a browser would have registered it; nobody holds its other half."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData


def credential() -> dict[str, Any]:
    """What the registration answered, as allauth keeps it."""
    private = ec.generate_private_key(ec.SECP256R1())
    public = ES256.from_cryptography_key(private.public_key())  # type: ignore[no-untyped-call]
    key = AttestedCredentialData.create(b"\0" * 16, b"attack", public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    attested = AttestationObject.create("none", AuthenticatorData.create(b"\0" * 32, flags, 0, key), {})
    said = CollectedClientData.create("webauthn.create", b"challenge", "http://testserver")
    return {
        "id": websafe_encode(b"attack"),
        "rawId": websafe_encode(b"attack"),
        "type": "public-key",
        "response": {"clientDataJSON": websafe_encode(said), "attestationObject": websafe_encode(attested)},
        "clientExtensionResults": {},
    }
