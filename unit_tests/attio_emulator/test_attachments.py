import json

from attio_emulator.model.attachments import Attachments, Comment, Note, Task

ACTOR = {"type": "system", "id": None}


def note(key: str, record_id: str = "r1", created_at: str = "2026-01-01") -> Note:
    return Note(
        key=key,
        parent_object_id="o",
        parent_record_id=record_id,
        title=key,
        meeting_id=None,
        content_plaintext="",
        content_markdown="",
        created_by_actor=ACTOR,
        created_at=created_at,
    )


def task(key: str, *links: tuple[str, str]) -> Task:
    return Task(
        key=key,
        content_plaintext="",
        deadline_at=None,
        completed_at=None,
        links=links,
        assignees=(),
        created_by_actor=ACTOR,
        created_at="2026-01-01",
    )


def comment(key: str, entry_id: str | None = None) -> Comment:
    return Comment(
        key=key,
        thread_id=key,
        content_plaintext="",
        object_id="o",
        record_id="r1",
        list_id=entry_id and "l",
        entry_id=entry_id,
        author=ACTOR,
        created_at="2026-01-01",
    )


def filled() -> Attachments:
    attachments = Attachments()
    for each in (note("n2", created_at="2026-01-02"), note("n1"), note("n3", "r2")):
        attachments.notes.put(each)
    attachments.tasks.put(task("t1", ("o", "r1"), ("o", "r2")))
    attachments.comments.put(comment("c1"))
    attachments.comments.put(comment("c2", "e1"))
    return attachments


def test_a_deleted_record_takes_its_notes_and_comments_along() -> None:
    """Notes and comments of the record go, links of tasks to it go, and tasks stay."""
    attachments = filled()
    attachments.forget_record("r1")

    assert ["n3"] == [each.key for each in attachments.notes]
    assert 0 == len(attachments.comments)
    assert [(("o", "r2"),)] == [each.links for each in attachments.tasks]


def test_a_deleted_entry_takes_its_comments_along() -> None:
    """Comments on the record of the entry stay."""
    attachments = filled()
    attachments.forget_entry("e1")

    assert ["c1"] == [each.key for each in attachments.comments]


def test_what_hung_on_a_merged_record_hangs_on_the_new_one() -> None:
    """Notes, comments and links move, and a task linked to both originals is linked once."""
    attachments = filled()
    attachments.move_record("r1", "new")
    attachments.move_record("r2", "new")

    assert 3 == len(attachments.notes.on("new"))
    assert 2 == len(attachments.comments.on("new"))
    assert [(("o", "new"),)] == [each.links for each in attachments.tasks]


def test_a_dump_loads_as_the_same_state() -> None:
    """Dumping, loading and dumping again gives the same JSON."""
    dumped = json.dumps(filled().dump())

    assert dumped == json.dumps(Attachments.load(json.loads(dumped)).dump())
