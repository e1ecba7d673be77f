"""A broad session against Attio's API: every endpoint, with what succeeds and what is refused.

Made for the emulator; the calls are plain Attio, so their answers can be held against Attio's own schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration_tests.attio_session import attachments, records, refusals

if TYPE_CHECKING:
    from integration_tests.attio_session.calling import Session


def whole_session(call: Session) -> None:
    """Go through everything; later parts build on earlier ones."""
    records.configure(call)
    records.people(call)
    records.queries(call)
    records.every_type(call)
    records.merge(call)
    records.lists(call)
    records.entries(call)
    attachments.notes(call)
    attachments.tasks(call)
    attachments.comments(call)
    attachments.meetings(call)
    attachments.files(call)
    attachments.webhooks(call)
    refusals.refusals(call)
    attachments.on_something_that_goes(call)
    refusals.without_token(call)
