"""The table of everything that is emulated, one module a resource."""

from attio_emulator.routes import (
    attributes,
    call_recordings,
    choices,
    comments,
    entries,
    files,
    identity,
    lists,
    meetings,
    notes,
    oauth,
    objects,
    records,
    tasks,
    views,
    webhooks,
    workspace_members,
)
from attio_emulator.routing import Route

ROUTES: tuple[Route, ...] = (
    *identity.ROUTES,
    *objects.ROUTES,
    *attributes.ROUTES,
    *choices.ROUTES,
    *records.ROUTES,
    *lists.ROUTES,
    *entries.ROUTES,
    *views.ROUTES,
    *workspace_members.ROUTES,
    *notes.ROUTES,
    *tasks.ROUTES,
    *comments.ROUTES,
    *meetings.ROUTES,
    *call_recordings.ROUTES,
    *files.ROUTES,
    *webhooks.ROUTES,
    *oauth.ROUTES,
)
