"""The API's document, and the page to browse it."""

import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[3] / "docs" / "api" / "openapi.json"


def test_the_document_is_served_as_it_is_kept(shop):
    answer = shop.http.get("/openapi.json")

    assert answer.json["openapi"] == "3.1.0"
    assert answer.data == DOCUMENT.read_bytes()
    again = shop.http.get("/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_page_needs_nothing_but_what_is_here(shop):
    page = shop.http.get("/docs")
    policy = page.headers["Content-Security-Policy"]

    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    named = re.findall(r'(?:src|href)="(/[^"]*)"', page.text)
    assert "/docs/static/swagger-ui-bundle.js" in named
    for path in named:
        assert shop.http.get(path).status_code == 200
    assert "://" not in page.text
    assert not re.search(r"<script>|style=|\son\w+=", page.text)


def test_nothing_else_of_the_package_is_shown(shop):
    assert shop.http.get("/docs/static/swagger-ui.js").status_code == 404
