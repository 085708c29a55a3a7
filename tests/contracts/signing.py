"""Hooks of schemathesis: signs what it makes up for the webhook as Nextcloud Talk does, except every fourth body, and
sees that the signature decides. What is left out of a request on purpose, such as a header, stays left out."""

import hashlib
import hmac
import os

import schemathesis
from requests.auth import AuthBase

RANDOM, SIGNATURE = "X-Nextcloud-Talk-Random", "X-Nextcloud-Talk-Signature"
SECRET = os.environ["CONTRACT_SECRET"].encode()


def body_of(request):
    body = request.body or b""
    return body.encode() if isinstance(body, str) else body


def signature(random, body):
    return hmac.new(SECRET, random.encode("latin-1", "replace") + body, hashlib.sha256).hexdigest()


def text(value):
    return value.decode("latin-1") if isinstance(value, bytes) else value or ""


class Signed(AuthBase):
    """Signs the bytes that are sent."""

    def __call__(self, request):
        body = body_of(request)
        digest = hashlib.sha256(body).hexdigest()
        if request.headers.get(RANDOM) and int(digest[0], 16) % 4:
            request.headers[RANDOM] = digest
            request.headers[SIGNATURE] = signature(digest, body)
        return request


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.path == "/webhook" and case.method.upper() == "POST":
        kwargs["auth"] = Signed()


@schemathesis.check
def the_signature_decides(context, response, case):
    request = response.request
    if request.method != "POST" or not request.url.split("?")[0].endswith("/webhook"):
        return
    random, sent = text(request.headers.get(RANDOM)), text(request.headers.get(SIGNATURE))
    genuine = bool(random) and hmac.compare_digest(
        signature(random, body_of(request)).encode(), sent.lower().encode("latin-1", "replace"))
    if not genuine and response.status_code != 401:
        raise AssertionError(f"{response.status_code} without a signature")
    if genuine and response.status_code not in (200, 400):
        raise AssertionError(f"{response.status_code} for a signed body")
