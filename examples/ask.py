"""Who handles it, for a row of questions at once. Nothing but Python's own library is needed.

python examples/ask.py 庙尔沟乡 狗咬人了找谁 高龄津贴怎么领
"""

import json
import os
import sys
import urllib.request

BASE = os.environ.get("DUTY_SEARCH_URL", "http://127.0.0.1:8000")


def ask(township: str, questions: list[str]) -> list[dict]:
    """Return the answers to up to 100 questions, in their order."""
    body = [{"id": number, "q": text, "township": township} for number, text in enumerate(questions, 1)]
    request = urllib.request.Request(
        f"{BASE}/api/v1/answers",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)["answers"]


def main() -> None:
    """Print what each question ends with."""
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    township, *questions = sys.argv[1:]
    for question, found in zip(questions, ask(township, questions), strict=True):
        answer = found["answer"]
        print(f"{question}：{answer['summary'] if answer else found['advice']}")


if __name__ == "__main__":
    main()
