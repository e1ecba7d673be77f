"""Generated notes, tasks, comments and a meeting or two."""

from attio_emulator.contract.wire import JsonObject
from attio_emulator.model.attachments import Comment, Meeting, Note, Task
from attio_emulator.model.clock import nanoseconds, stamp
from attio_emulator.seeds.world import DAY, World, words

DONE = 0.4
WITH_DEADLINE = 0.8


def actor_of(member_id: str) -> JsonObject:
    """A member as an actor."""
    return {"type": "workspace-member", "id": member_id}


def seed_notes(world: World) -> None:
    """Notes on people and companies."""
    workspace, rng, vocabulary = world.workspace, world.rng, words()
    places = [("people", each) for each in world.people] + [("companies", each) for each in world.companies]
    for slug, record_id in rng.sample(places, min(len(places), 70)):
        sentences = rng.sample(vocabulary["sentences"], 3)
        workspace.attachments.notes.put(
            Note(
                key=workspace.ids.next(),
                parent_object_id=workspace.object(slug).id,
                parent_record_id=record_id,
                title=rng.choice(vocabulary["notes"]),
                meeting_id=None,
                content_plaintext="\n".join(sentences),
                content_markdown="\n\n".join(sentences),
                created_by_actor=actor_of(rng.choice(world.members)),
                created_at=world.moment(365),
            )
        )


def seed_tasks(world: World) -> None:
    """Tasks, done and open."""
    workspace, rng = world.workspace, world.rng
    people = workspace.object("people").id
    for record_id in rng.sample(world.people, min(len(world.people), 40)):
        created_at = world.moment(60)
        done = rng.random() < DONE
        workspace.attachments.tasks.put(
            Task(
                key=workspace.ids.next(),
                content_plaintext=rng.choice(words()["tasks"]),
                deadline_at=stamp(nanoseconds(created_at) + rng.randint(1, 30) * DAY)
                if rng.random() < WITH_DEADLINE
                else None,
                completed_at=world.later(created_at, most_days=5) if done else None,
                links=((people, record_id),),
                assignees=(rng.choice(world.members),),
                created_by_actor=actor_of(rng.choice(world.members)),
                created_at=created_at,
            )
        )


def seed_comments(world: World) -> None:
    """Short threads on some companies."""
    workspace, rng = world.workspace, world.rng
    companies = workspace.object("companies").id
    for record_id in rng.sample(world.companies, min(len(world.companies), 10)):
        thread_id, said_at = "", world.moment(60)
        for sentence in rng.sample(words()["sentences"], rng.randint(1, 3)):
            key = workspace.ids.next()
            thread_id, said_at = thread_id or key, world.later(said_at, most_days=2)
            workspace.attachments.comments.put(
                Comment(
                    key=key,
                    thread_id=thread_id,
                    content_plaintext=sentence,
                    object_id=companies,
                    record_id=record_id,
                    list_id=None,
                    entry_id=None,
                    author=actor_of(rng.choice(world.members)),
                    created_at=said_at,
                )
            )


def seed_meetings(world: World) -> None:
    """Meetings about deals."""
    workspace, rng = world.workspace, world.rng
    deals = workspace.object("deals").id
    for number, deal in enumerate(world.deals[:8]):
        start = nanoseconds(world.moment(90))
        workspace.attachments.meetings.put(
            Meeting(
                key=workspace.ids.next(),
                title=rng.choice(words()["notes"]),
                description="",
                is_all_day=False,
                start={"datetime": stamp(start)[:23] + "Z", "timezone": "UTC"},
                end={"datetime": stamp(start + DAY // 24)[:23] + "Z", "timezone": "UTC"},
                participants=(),
                links=((deals, deal),),
                external_ref=f"demo-{number}",
                created_by_actor=actor_of(rng.choice(world.members)),
                created_at=stamp(start - DAY),
            )
        )
