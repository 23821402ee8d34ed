"""Write docs/openapi.json, the committed copy of the generated OpenAPI document."""

from __future__ import annotations

import json
from pathlib import Path

from search_service.app import create_app
from search_service.core.search import Search

if __name__ == "__main__":
    app = create_app(Search.open(Path("unused")))
    with app.test_client() as client:
        document = client.get("/api/openapi.json").get_json()
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    (Path(__file__).parent.parent / "docs" / "openapi.json").write_text(text, encoding="utf-8")
