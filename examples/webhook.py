"""A ticket system's webhook: it posts a new ticket and gets back whom to send it to, and why.

    python examples/webhook.py 9000 &
    curl -d '{"id": "T-1", "text": "邻居家的狗咬人了", "township": "庙尔沟乡"}' http://127.0.0.1:9000/

The answer is a suggestion: below the confidence asked for, the ticket goes to a person.
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BASE = os.environ.get("DUTY_SEARCH_URL", "http://127.0.0.1:8000")
SURE = 0.8
"""The least confidence with which a ticket is sent on without a person looking at it."""
LONGEST = 500
"""Characters of a question; the matter of a longer ticket usually stands at its beginning."""


def suggest(ticket: dict) -> dict:
    """Return the ticket's id with the body to send it to, the evidence, and whether a person should look."""
    question = {"q": ticket["text"][:LONGEST]}
    if ticket.get("township"):
        question["township"] = ticket["township"]
    url = f"{BASE}/api/v1/answer?{urllib.parse.urlencode(question)}"
    with urllib.request.urlopen(url, timeout=30) as response:
        found = json.load(response)
    answer = found["answer"]
    if found["status"] != "answered":
        return {"id": ticket["id"], "assign_to": None, "note": found["advice"], "review": True}
    first = answer["responsible"][0]
    return {
        "id": ticket["id"],
        "assign_to": first["department"],
        "note": f"{first['evidence']}（依据：{answer['citation']}）",
        "review": answer["confidence"] < SURE,
    }


class Webhook(BaseHTTPRequestHandler):
    """Answers one posted ticket."""

    def do_POST(self) -> None:
        """Read the ticket, ask the service, answer with the suggestion."""
        try:
            ticket = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._reply(200, suggest(ticket))
        except (KeyError, TypeError, ValueError):
            self._reply(400, {"error": "expected JSON with id and text"})
        except urllib.error.HTTPError as error:  # e.g. a township without a list: its message says so
            self._reply(502, {"error": json.load(error).get("message", str(error))})
        except urllib.error.URLError as error:
            self._reply(503, {"error": f"the search can't be reached: {error.reason}"})

    def _reply(self, status: int, body: dict) -> None:
        data = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9000
    ThreadingHTTPServer(("127.0.0.1", port), Webhook).serve_forever()
