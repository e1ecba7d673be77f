"""`GET /feeds/{route}/changes`: the change feed over HTTP, for holders of the route's feed token.

`store/changes` reads the feed.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.responses import Response

from attio_relay.events import ID, known_pattern, lowered
from attio_relay.reading import near
from attio_relay.store.changes import Change, Feed, FeedPage, Gap, GapReason, Question
from attio_relay.web import bearer, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from attio_relay.metrics import Metrics
    from attio_relay.settings import RouteConfig
    from attio_relay.store.secrets import SecretStore
    from attio_relay.store.webhooks import WebhookFacts

LARGEST_PAGE = 10_000
MOST_FILTERS = 100
PARAMETERS = frozenset({"after", "limit", "epoch", "object", "list", "event"})
# The digits of a number that are read: converting thousands of digits would take long.
DIGITS = 19
WILDCARDS = frozenset("*?[")
# Characters of an event type that are compared: the longest one of Attio has 26.
LONGEST_TYPE = 50
# The token of routes that do not exist or have no feed, so that they answer as for a wrong token.
NOBODY = "\0"
DOWN = frozenset({"inactive", "missing"})
SENTENCES = {
    GapReason.PRUNED: "Changes after this position were pruned.",
    GapReason.UNKNOWN_POSITION: "This position was never handed out by this store.",
    GapReason.OTHER_EPOCH: "This position belongs to another store.",
    GapReason.WEBHOOK_LOST: "The webhook was inactive, changed or made anew; changes may be missing.",
    GapReason.WEBHOOK_DEGRADED: (
        "Attio called the webhook degraded, so it gave messages up; changes may be missing."
    ),
    GapReason.RELAY_DOWN: (
        'No relay ran for a while; messages may have been given up. Scan once, then go on from "head".'
    ),
    GapReason.STORE_MOVED: "Another database took over, which may lack the newest changes.",
    GapReason.DEAD_LETTER: "A signed message could not be read; its changes are missing.",
    GapReason.WEBHOOK_DOWN: "The webhook does not deliver at the moment; changes are missing.",
    GapReason.REQUESTED: "A reconciling scan was asked for.",
}


class FeedApi:
    """Answers readers of the feed."""

    def __init__(
        self, routes: Mapping[str, RouteConfig], feed: Feed, secret_store: SecretStore, metrics: Metrics
    ) -> None:
        self._routes = routes
        self._feed = feed
        self._secret_store = secret_store
        self._metrics = metrics

    async def answer(self, request: Request) -> Response:
        """Answer one page: 200, 401 (wrong token) or 422 (wrong parameter); raises StoreError."""
        if not self._may_read(request):
            self._metrics.count("feed_reads", outcome="refused")
            return refusal(401, "The feed's token is missing or wrong.", www_authenticate="Bearer")
        try:
            question = _question(request)
        except ValueError as error:
            return refusal(422, str(error))
        body = await asyncio.to_thread(self._page, question)
        self._metrics.count("feed_reads", outcome="served")
        return Response(body, media_type="application/json")

    def _may_read(self, request: Request) -> bool:
        config = self._routes.get(request.path_params["route"])
        token = (config.feed_token if config else None) or NOBODY
        return hmac.compare_digest(token.encode(), (bearer(request) or "").encode())

    def _page(self, question: Question) -> bytes:
        page = self._feed.read(question)
        mine = [
            facts
            for facts in self._secret_store.webhook_facts()
            if facts.route == question.route and not facts.not_after and facts.webhook_id
        ]
        webhook = mine[0] if mine else None
        # With a secret in the file a person made the webhook, and the relay may not know its status.
        by_hand = webhook is None and bool(self._routes[question.route].secrets)
        delivers = by_hand or (webhook is not None and webhook.status not in DOWN)
        return _written(question.route, page, webhook, delivers=delivers)


def _question(request: Request) -> Question:
    parameters = request.query_params
    for name in sorted(parameters.keys() - PARAMETERS):
        raise ValueError(f"{name[:50]!r} is not a parameter of the feed.{near(name[:50], PARAMETERS)}")
    after = parameters.get("after", "0")
    return Question(
        route=request.path_params["route"],
        after=None if after == "head" else _whole("after", after, most=2**62),
        limit=_whole("limit", parameters.get("limit", "1000"), most=LARGEST_PAGE),
        epoch=parameters.get("epoch") or None,
        objects=_ids(request, "object"),
        lists=_ids(request, "list"),
        events=_patterns(request),
    )


def _whole(name: str, text: str, *, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS and int(text) <= most):
        raise ValueError(f"{name} must be a whole number from 0 to {most}.")
    return int(text)


def _several(request: Request, name: str) -> tuple[str, ...]:
    values = tuple(request.query_params.getlist(name))
    if len(values) > MOST_FILTERS:
        raise ValueError(f"{name} may be given at most {MOST_FILTERS} times.")
    return values


def _ids(request: Request, name: str) -> tuple[str, ...]:
    """The ids of a filter; a slug is refused, since changes name ids and none would pass."""
    values = _several(request, name)
    for value in values:
        if not ID.fullmatch(value):
            raise ValueError(
                f"{name} must be an id such as 97052eb9-e65e-443f-a297-f2d9a4a7f795, not {value[:50]!r};"
                f" Attio names it in GET /v2/{name}s."
            )
    return tuple(map(lowered, values))


def _patterns(request: Request) -> tuple[str, ...]:
    """The patterns of event types; one that fits no event is refused, since no change would pass."""
    values = _several(request, "event")
    for value in values:
        if not WILDCARDS.isdisjoint(value.removesuffix("*")):
            raise ValueError(f"event may hold * at its end and no other wildcard, not {value[:50]!r}.")
        try:
            known_pattern(value[:LONGEST_TYPE])
        except ValueError as error:
            raise ValueError(f"event: {error}") from None
    return values


def _written(route: str, page: FeedPage, webhook: WebhookFacts | None, *, delivers: bool) -> bytes:
    gap = page.gap
    if gap is None and not delivers:
        gap = Gap(reason=GapReason.WEBHOOK_DOWN, since=page.head)
    known = {"status": webhook.status, "checked_at": moment(webhook.checked_at)} if webhook else None
    frame = {
        "route": route,
        "epoch": page.epoch,
        "after": page.after,
        "next": page.next,
        "head": page.head,
        "oldest": page.oldest,
        "more": page.next < page.head,
        "gap": {"reason": gap.reason, "since": gap.since, "sentence": SENTENCES[gap.reason]} if gap else None,
        "webhook": known,
    }
    # The rows' facts are JSON text in the store; they are joined as text, so that nothing is parsed and
    # written again.
    rows = ",".join(map(_row, page.changes))
    return f'{json.dumps(frame)[:-1]}, "changes": [{rows}]}}'.encode()


def _row(change: Change) -> str:
    start = f'{{"seq":{change.seq},"at":"{moment(change.at)}","event_type":{json.dumps(change.event_type)}'
    return f"{start}}}" if change.facts == "{}" else f"{start},{change.facts[1:]}"


def moment(at: float) -> str:
    """A time as the feed writes it: UTC with microseconds and `Z`."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
