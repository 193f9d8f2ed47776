"""Group commit: who writes, what is written together, and what an error or an interrupt does to the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from types import SimpleNamespace

import pytest

from runyard_sql import commits
from runyard_sql.commits import GroupCommit

SECONDS = 60


class Writer:
    """What is written, and the power to let writing take as long as a test needs."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.started = threading.Semaphore(0)
        self.may_end = threading.Semaphore(0)
        self.errors: dict[str, Exception] = {}
        self.failure: BaseException | None = None

    def write(self, items: Sequence[str]) -> Sequence[Exception | None]:
        self.groups.append([*items])
        self.started.release()
        assert self.may_end.acquire(timeout=SECONDS)
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure
        return [self.errors.get(item) for item in items]

    def wait_for_start(self) -> None:
        assert self.started.acquire(timeout=SECONDS)

    def let_end(self, times: int = 1) -> None:
        self.may_end.release(times)


class Submission(threading.Thread):
    """A thread that submits one item."""

    def __init__(self, group_commit: GroupCommit[str], item: str) -> None:
        super().__init__(name=item)
        self.group_commit = group_commit
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.group_commit.submit(self.name)
        except BaseException as error:
            self.error = error

    def outcome(self) -> BaseException | None:
        self.join(SECONDS)
        assert not self.is_alive(), f"the thread of {self.name!r} waits for ever"
        return self.error


class Queue:
    """Tells when threads wait, and interrupts some of them there.

    Attributes:
        waiting: Released by each thread that begins to wait.
        interrupted: The items whose threads are interrupted at once.
        interrupted_on_turn: Those that are interrupted when they are woken.
    """

    def __init__(self) -> None:
        self.waiting = threading.Semaphore(0)
        self.interrupted: set[str] = set()
        self.interrupted_on_turn: set[str] = set()
        self._turns: dict[str, threading.Event] = {}

    def wait_for(self, number: int) -> None:
        for _ in range(number):
            assert self.waiting.acquire(timeout=SECONDS)

    def interrupt(self, item: str) -> None:
        self.interrupted_on_turn.add(item)
        self._turns[item].set()

    def event(self) -> threading.Event:
        queue = self

        class Turn(threading.Event):
            def wait(self, timeout: float | None = None) -> bool:
                name = threading.current_thread().name
                queue._turns[name] = self
                queue.waiting.release()
                if name in queue.interrupted:
                    raise KeyboardInterrupt
                super().wait(SECONDS)
                if name in queue.interrupted_on_turn:
                    raise KeyboardInterrupt
                return True

        return Turn()


@pytest.fixture
def writer() -> Iterator[Writer]:
    writer = Writer()
    yield writer
    writer.let_end(1000)  # whatever went wrong, no thread stays behind


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    queue = Queue()
    monkeypatch.setattr(commits, "threading", SimpleNamespace(Event=queue.event, Lock=threading.Lock))
    return queue


Submit = Callable[[str], Submission]


@pytest.fixture
def submit(writer: Writer, queue: Queue) -> Submit:
    group_commit = GroupCommit(writer.write, most=8)
    return lambda item: Submission(group_commit, item)


def busy(submit: Submit, writer: Writer) -> Submission:
    """Return a submission that is being written."""
    submission = submit("first")
    writer.wait_for_start()
    return submission


def test_one_that_comes_alone_is_written_at_once_by_its_own_thread() -> None:
    threads = []

    def write(items: Sequence[str]) -> Sequence[Exception | None]:
        threads.append(threading.current_thread())
        return [None] * len(items)

    group_commit = GroupCommit(write)
    group_commit.submit("a")
    group_commit.submit("b")
    assert threads == [threading.current_thread()] * 2


def test_an_error_of_its_own_is_raised() -> None:
    group_commit: GroupCommit[str] = GroupCommit(lambda items: [ValueError(item) for item in items])
    with pytest.raises(ValueError, match="a"):
        group_commit.submit("a")


def test_those_that_come_meanwhile_are_written_together(submit: Submit, writer: Writer, queue: Queue) -> None:
    submissions = [busy(submit, writer)]
    for number in range(5):
        submissions.append(submit(str(number)))
        queue.wait_for(1)
    writer.let_end(2)
    assert [submission.outcome() for submission in submissions] == [None] * 6
    assert writer.groups == [["first"], ["0", "1", "2", "3", "4"]]


def test_a_group_has_so_many_items_at_most(submit: Submit, writer: Writer, queue: Queue) -> None:
    submissions = [busy(submit, writer)]
    submissions += [submit(str(number)) for number in range(20)]
    queue.wait_for(20)
    writer.let_end(4)
    assert [submission.outcome() for submission in submissions] == [None] * 21
    assert [len(group) for group in writer.groups] == [1, 8, 8, 4]
    assert sorted(chain(*writer.groups[1:])) == sorted(str(number) for number in range(20))


def test_as_many_write_at_the_same_time_as_there_are_writers(writer: Writer, queue: Queue) -> None:
    group_commit = GroupCommit(writer.write, writers=2)
    submissions = [Submission(group_commit, item) for item in ("a", "b")]
    writer.wait_for_start()
    writer.wait_for_start()
    submissions.append(Submission(group_commit, "c"))
    queue.wait_for(1)
    assert len(writer.groups) == 2
    writer.let_end(3)
    assert [submission.outcome() for submission in submissions] == [None] * 3
    assert sorted(writer.groups) == [["a"], ["b"], ["c"]]


def test_an_error_of_one_item_leaves_the_others_alone(submit: Submit, writer: Writer, queue: Queue) -> None:
    first = busy(submit, writer)
    submissions = {item: submit(item) for item in "abc"}
    queue.wait_for(3)
    writer.errors["b"] = error = ValueError("b")
    writer.let_end(2)
    assert first.outcome() is None
    assert {item: submission.outcome() for item, submission in submissions.items()} == {
        "a": None,
        "b": error,
        "c": None,
    }


def test_nobody_waits_for_ever_when_writing_fails(submit: Submit, writer: Writer, queue: Queue) -> None:
    first = busy(submit, writer)
    submissions = [submit(item) for item in "abc"]
    queue.wait_for(3)
    writer.failure = error = ConnectionError("gone")
    writer.let_end(2)
    assert first.outcome() is error
    assert [submission.outcome() for submission in submissions] == [None] * 3
    assert sorted(writer.groups[1]) == ["a", "b", "c"]


def test_an_error_of_writing_meets_the_whole_group(submit: Submit, writer: Writer, queue: Queue) -> None:
    first = busy(submit, writer)
    submissions = [submit(item) for item in "abc"]
    queue.wait_for(3)
    writer.let_end()
    assert first.outcome() is None
    writer.wait_for_start()
    writer.failure = error = ConnectionError("gone")
    writer.let_end()
    assert [submission.outcome() for submission in submissions] == [error] * 3
    writer.let_end()
    assert submit("later").outcome() is None


def test_an_answer_of_another_length_is_an_error_for_all() -> None:
    group_commit: GroupCommit[str] = GroupCommit(lambda items: [])
    with pytest.raises(ValueError, match="shorter"):
        group_commit.submit("a")


def test_whoever_is_interrupted_while_waiting_is_not_written(submit: Submit, writer: Writer, queue: Queue) -> None:
    first = busy(submit, writer)
    queue.interrupted.add("b")
    submissions = {item: submit(item) for item in "abc"}
    queue.wait_for(3)
    assert isinstance(submissions.pop("b").outcome(), KeyboardInterrupt)
    writer.let_end(2)
    assert first.outcome() is None
    assert [submission.outcome() for submission in submissions.values()] == [None, None]
    assert sorted(writer.groups[1]) == ["a", "c"]


def test_whoever_is_interrupted_on_its_turn_lets_the_next_one_write(
    submit: Submit, writer: Writer, queue: Queue
) -> None:
    first = busy(submit, writer)
    queue.interrupted_on_turn.add("a")
    submissions = []
    for item in "abc":
        submissions.append(submit(item))
        queue.wait_for(1)
    writer.let_end(2)
    outcomes = [submission.outcome() for submission in (first, *submissions)]
    assert isinstance(outcomes.pop(1), KeyboardInterrupt)
    assert outcomes == [None] * 3
    assert writer.groups == [["first"], ["b", "c"]]


def test_what_an_interrupted_thread_was_writing_for_others_is_written_again(
    submit: Submit, writer: Writer, queue: Queue
) -> None:
    first = busy(submit, writer)
    submissions = []
    for item in "abc":
        submissions.append(submit(item))
        queue.wait_for(1)
    writer.let_end()
    assert first.outcome() is None
    writer.wait_for_start()
    writer.failure = KeyboardInterrupt()
    writer.let_end(2)
    outcomes = [submission.outcome() for submission in submissions]
    assert isinstance(outcomes[0], KeyboardInterrupt)
    assert outcomes[1:] == [None, None]
    assert writer.groups == [["first"], ["a", "b", "c"], ["b", "c"]]
    writer.let_end()
    assert submit("later").outcome() is None


def test_what_an_interrupted_thread_had_brought_is_not_written_again(
    submit: Submit, writer: Writer, queue: Queue
) -> None:
    first = busy(submit, writer)
    submissions = []
    for item in "abc":
        submissions.append(submit(item))
        queue.wait_for(1)
    writer.let_end()
    assert first.outcome() is None
    writer.wait_for_start()
    queue.interrupt("b")
    assert isinstance(submissions[1].outcome(), KeyboardInterrupt)
    writer.failure = KeyboardInterrupt()
    writer.let_end(2)
    assert isinstance(submissions[0].outcome(), KeyboardInterrupt)
    assert submissions[2].outcome() is None
    assert writer.groups == [["first"], ["a", "b", "c"], ["c"]]


def test_a_thread_that_has_left_is_not_called_upon_to_write(submit: Submit, writer: Writer, queue: Queue) -> None:
    first = busy(submit, writer)
    queue.interrupted_on_turn.add("a")
    only = submit("a")
    queue.wait_for(1)
    writer.let_end(2)
    assert first.outcome() is None
    assert isinstance(only.outcome(), KeyboardInterrupt)
    assert submit("later").outcome() is None
    assert writer.groups == [["first"], ["later"]]
