"""Who the caller is: ``GET /token/inspect``, and the tokens that an identity provider gives.

Token requests are answered at any host, so that a client with OAuth client credentials works as in production. Which
credentials they are is not looked at: who the caller is says ``--as``, not the token.
"""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.access import Identity, identity_of
from fn_emulator.cdf.api.groups import groups_of
from fn_emulator.cdf.contract import Reply, Request
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import World

EXPIRES_IN_S = 3600

GRANT_TYPES = ("client_credentials", "refresh_token", "authorization_code", "password")


@route("GET /token/inspect")
def inspect(request: Request) -> dict[str, Any]:
    """Subject, projects and capabilities of the caller.

    A client of the function's own may be in any project. Until it has sent a request to one, its capabilities are said
    to hold in all of them, so that it finds that it has them.
    """
    world = request.world
    caller = caller_in(world)
    names = [*dict.fromkeys((world.project, *world.projects))]
    groups = [group["id"] for group in groups_of(world)]
    scope: dict[str, Any] = {"projects": names} if world.projects else {"allProjects": {}}
    return {
        "subject": f"fn-emulator-{caller.name}",
        "projects": [{"projectUrlName": name, "groups": groups} for name in names],
        "capabilities": [{**capability, "projectScope": scope} for capability in caller.capabilities],
    }


def caller_in(world: World) -> Identity:
    """Whoever calls; ``all`` unless somebody else was set."""
    return world.caller or identity_of("all")


@route("GET /projects/{project}", "projectsAcl:READ")
def project(request: Request, project: str) -> dict[str, Any]:
    """The project, as far as a client reads it."""
    return {"name": project, "urlName": project}


def give_token(request: Request) -> Reply:
    """A token for OAuth client credentials, sent as HTTP Basic or in the form, or for another grant [RFC 6749]."""
    from urllib.parse import parse_qs

    form = {name: values[-1] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
    grant = form.get("grant_type")
    if not grant:
        return _refused(400, "invalid_request", "grant_type is missing.")
    if grant not in GRANT_TYPES:
        return _refused(400, "unsupported_grant_type", f"grant_type {grant} is not emulated.")
    is_basic = request.headers.get("authorization", "").lower().startswith("basic ")
    if grant == "client_credentials" and not is_basic and not (form.get("client_id") and form.get("client_secret")):
        return _refused(401, "invalid_client", "client_id and client_secret are missing.")
    token = {"access_token": f"fn-emulator-{request.world.new_id():x}", "expires_in": EXPIRES_IN_S}
    return Reply({**token, "token_type": "Bearer"}, headers={"cache-control": "no-store"})


def _refused(status: int, error: str, description: str) -> Reply:
    return Reply({"error": error, "error_description": description}, status)
