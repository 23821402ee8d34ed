"""A real web service on a cluster, and people who ask it without a pause while things break."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import re
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.e2e.conftest import UNLIMITED, command, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from indexer.opensearch.cluster import Address

START_SECONDS = 90
HANGS = 30.0
"""Seconds after which a request without an answer is a failure of the test."""
MARKS = "，。？！、；"
"""Behind a question they change nothing but that nobody has asked it so: no cache knows the answer."""

_numbers = itertools.count(1)


def unheard(text: str) -> str:
    """Return the same question as nobody has asked it before."""
    number, marks = next(_numbers), ""
    while number:
        number, which = divmod(number, len(MARKS))
        marks += MARKS[which]
    return text + marks


@dataclass(frozen=True)
class Asked:
    """A response, and how long it took."""

    status: int
    seconds: float
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def is_refusal(self) -> bool:
        """Return whether it is an error in the service's own form that says when to come back."""
        if self.status != 503 or not self.headers.get("Retry-After", "").isdecimal():
            return False
        text = self.body.decode()
        assert not re.search(r"Traceback|Error\b|[Ee]xception|127\.0\.0\.1", text)
        return self.headers["Content-Type"].startswith("text/html") or list(json.loads(text)) == [
            "code",
            "status",
            "message",
            "errors",
        ]


@dataclass(frozen=True)
class Service:
    """A running ``duty-search serve``."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def ask(self, path: str, accept: str = "*/*") -> Asked:
        """Return the response to a request for a path."""
        started = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HANGS)
        try:
            connection.request("GET", quote(path, safe="/?&=%-."), headers={"Accept": accept})
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        return Asked(response.status, time.monotonic() - started, body, dict(response.headers))

    def search(self, text: str) -> Asked:
        """Return the response to a question that is searched for, not found in a cache."""
        return self.ask(f"/api/v1/search?q={unheard(text)}")

    def is_ready(self) -> bool:
        try:
            return self.ask("/readyz").status == 200
        except OSError:
            return False

    def said(self) -> str:
        """Return the log."""
        return self.log.read_text(encoding="utf-8")


def environment(address: Address) -> dict[str, str]:
    """Return the environment of a service on a cluster."""
    return {
        **os.environ,
        **UNLIMITED,
        "DUTY_SEARCH_ENGINE": "opensearch",
        "DUTY_SEARCH_OPENSEARCH_URL": ",".join(address.urls),
        "DUTY_SEARCH_OPENSEARCH_PREFIX": address.prefix,
        "DUTY_SEARCH_WORKERS": "2",
    }


@contextmanager
def serving(address: Address, folder: Path, **more: str) -> Iterator[Service]:
    """Run a service on a cluster; in the end look through its log for what mustn't be there."""
    port = free_port()
    log = folder / f"log-{port}"
    with log.open("wb") as file:  # a file, not a pipe: nobody reads it, and a full pipe would stop the server
        process = subprocess.Popen(
            [command("duty-search"), "serve", "--port", str(port)],
            env={**environment(address), **more},
            stderr=file,
        )
    service = Service(port, process, log)
    try:
        wait_until(lambda: process.poll() is not None or service.is_ready(), START_SECONDS)
        assert process.poll() is None, service.said()
        wait_until(lambda: is_warm(service), START_SECONDS)
        yield service
    finally:
        process.terminate()
        process.wait(timeout=30)
    said = service.said()
    assert "Traceback" not in said, said[-5000:]
    assert "a thread ended" not in said


def is_warm(service: Service) -> bool:
    """Return whether every worker has its completions, as twenty answers in a row tell."""
    return all(service.ask("/api/v1/suggestions?q=养").status == 200 for _ in range(20))


def wait_until(holds: Callable[[], object], seconds: float = 40) -> float:
    """Wait until something holds; return how long that took."""
    started = time.monotonic()
    while not holds():
        waited = time.monotonic() - started
        assert waited < seconds, f"not after {waited:.0f} s"
        time.sleep(0.1)
    return time.monotonic() - started


@dataclass
class Outcome:
    """What came of many requests."""

    right: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    longest: float = 0.0
    longest_refusal: float = 0.0
    last_refusal: float = 0.0
    """When the last request was refused, in seconds of the monotonic clock."""

    def __str__(self) -> str:
        return (
            f"{self.right + self.refused + len(self.wrong)} requests, {self.refused} refused, "
            f"{len(self.wrong)} wrong, longest {self.longest:.2f} s, refusal {self.longest_refusal:.2f} s"
        )


class Asking:
    """Several people who ask questions whose answers are known, until told to stop."""

    def __init__(self, service: Service, answers: Mapping[str, tuple[int, str]], people: int = 4) -> None:
        """Take the number of results of each question, and the first one's id."""
        self._service = service
        self._answers = answers
        self._over = threading.Event()
        self._lock = threading.Lock()
        self.outcome = Outcome()
        self._threads = [
            threading.Thread(target=self._ask_on, args=(number, people), daemon=True)
            for number in range(people)
        ]

    def __enter__(self) -> Asking:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(HANGS + 5)

    def _ask_on(self, number: int, people: int) -> None:
        for text in itertools.cycle(list(self._answers)[number::people]):
            if self._over.is_set():
                return
            self._ask(text)

    def _ask(self, text: str) -> None:
        try:
            asked = self._service.search(text)
        except (OSError, http.client.HTTPException) as error:
            with self._lock:
                self.outcome.wrong.append(f"{text}: {error!r}")
            return
        with self._lock:
            self._note(text, asked)

    def _note(self, text: str, asked: Asked) -> None:
        outcome = self.outcome
        outcome.longest = max(outcome.longest, asked.seconds)
        if asked.is_refusal:
            outcome.refused += 1
            outcome.longest_refusal = max(outcome.longest_refusal, asked.seconds)
            outcome.last_refusal = time.monotonic()
        elif asked.status == 200 and found(asked) == self._answers[text]:
            outcome.right += 1
        else:
            outcome.wrong.append(f"{text}: {asked.status} {asked.body[:300]!r}")


def found(asked: Asked) -> tuple[int, str]:
    """Return the number of results of a search, and the id of the first one."""
    return asked.json["total"], asked.json["results"][0]["id"]
