from __future__ import annotations

import threading

import pytest

from attio_sync.failures import Stopped, WrongUsage
from attio_sync.ui.jobs import KEPT_EVENTS, Job, JobRunning, Jobs
from destination_attio.model.plan import Counts, Progress


def ended(job: Job) -> Job:
    assert job.ended.wait(10)
    return job


def test_a_job_belongs_to_the_program() -> None:
    """It runs in a thread of its own, and whoever asks later sees how it ended."""
    jobs = Jobs()
    job = ended(jobs.start(Job("push", "x"), lambda one: one.end("done", "2 created", ("runs", "r"))))

    assert ("done", "2 created", ("runs", "r")) == (job.state, job.sentence, job.leads_to)
    assert job is jobs.get(job.id)
    assert jobs.running() is None


def test_one_job_runs_at_a_time() -> None:
    """A second one is refused with a sentence, and may begin when the first has ended."""
    jobs, gate = Jobs(), threading.Event()
    first = jobs.start(Job("compare", "first"), lambda _: gate.wait(10) and None)
    with pytest.raises(JobRunning, match="'first' is still comparing"):
        jobs.start(Job("push", "second"), lambda _: None)
    gate.set()
    ended(first)

    assert "done" == ended(jobs.start(Job("push", "second"), lambda _: None)).state


def test_a_file_is_read_beside_another_job() -> None:
    """It asks Attio nothing, so neither waits for the other."""
    jobs, gate = Jobs(), threading.Event()
    reading = jobs.start(Job("read", "a.csv"), lambda _: gate.wait(10) and None)
    pushing = jobs.start(Job("push", "first"), lambda _: gate.wait(10) and None)
    read = ended(jobs.start(Job("read", "b.csv"), lambda _: None))

    assert (pushing, "done") == (jobs.running(), read.state)
    gate.set()
    assert "done" == ended(reading).state == ended(pushing).state


@pytest.mark.parametrize(
    ("error", "state", "said"),
    [
        (Stopped("By you."), "stopped", "By you."),
        (WrongUsage("No token."), "failed", "No token."),
        (RuntimeError("secret row"), "failed", "Unexpected error (RuntimeError)"),
    ],
)
def test_however_it_ends_it_says_so_in_a_sentence(error: Exception, state: str, said: str) -> None:
    """A foreseen error tells what to do; an unforeseen one shows no contents."""

    def work(_: Job) -> None:
        raise error

    job = ended(Jobs().start(Job("push", "x"), work))

    assert state == job.state
    assert job.sentence.startswith(said)
    assert "secret" not in job.sentence


def test_the_time_left_is_told_by_the_pace_of_the_last_minute() -> None:
    """Ten a second so far, ninety to go: nine seconds."""
    moment = [0.0]
    job = Job("push", "x", clock=lambda: moment[0])
    job.tell(done=0, total=100)
    moment[0] = 1.0
    job.tell(done=10)

    assert (9, 10) == (job.snapshot()["left"], job.snapshot()["percent"])


def test_a_page_goes_on_where_it_stopped_hearing() -> None:
    """Events are numbered; of many the newest are kept."""
    job = Job("compare", "x")
    for done in range(KEPT_EVENTS + 10):
        job.heard(Progress(stage="reading", rows=done, total=None, counts=Counts()))
    news = job.since(KEPT_EVENTS + 8)

    assert [KEPT_EVENTS + 9, KEPT_EVENTS + 10] == [one.number for one in news]
    assert KEPT_EVENTS == len(job.since(0))
    assert KEPT_EVENTS + 9 == news[-1].facts["done"]


def test_a_job_that_was_stopped_leads_to_where_it_was_started() -> None:
    """It has made nothing to look at; a screen that it names at its end counts more."""
    jobs = Jobs()
    stopped = jobs.start(Job("pull", "x", leads_to=("tables",)), lambda job: job.end("stopped"))
    done = Job("preview", "y", leads_to=("runs", "r"))
    done.end("done", leads_to=("plans", "p"))

    assert [("tables",), ("plans", "p")] == [ended(stopped).leads_to, done.leads_to]
