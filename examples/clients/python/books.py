"""Reads books page by page with the standard library of Python."""

import json
import os
import time
import urllib.error
import urllib.request

URL = os.environ.get("SYLLABUS_URL", "http://127.0.0.1:4000/graphql")

BOOKS = """
query Books($where: BookWhere, $after: String) {
  books(where: $where, first: 3, after: $after) {
    nodes { title publicationYear authors { name } }
    pageInfo { hasNextPage endCursor }
  }
}
"""


class GraphQLError(Exception):
    """The errors of a response. The code of each tells what went wrong."""

    def __init__(self, errors):
        super().__init__("; ".join(error["message"] for error in errors))
        self.codes = [error["extensions"]["code"] for error in errors]


def request(query, variables=None, attempts=5):
    """Executes an operation and returns its data."""
    body = json.dumps({"query": query, "variables": variables or {}}).encode()
    headers = {"Content-Type": "application/json"}
    if token := os.environ.get("SYLLABUS_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    try:
        with urllib.request.urlopen(urllib.request.Request(URL, body, headers)) as response:
            result = json.load(response)
    except urllib.error.HTTPError as error:
        # 429: the rate limit is exceeded. 503: the server is overloaded, or its database is unavailable.
        if error.code in (429, 503) and attempts > 1:
            time.sleep(float(error.headers.get("Retry-After", 1)))
            return request(query, variables, attempts - 1)
        result = json.load(error)
    if errors := result.get("errors"):
        raise GraphQLError(errors)
    return result["data"]


def books(where):
    """Yields all books that match a filter."""
    after = None
    while True:
        page = request(BOOKS, {"where": where, "after": after})["books"]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


if __name__ == "__main__":
    javascript = {"hasTopic": {"slug": {"eq": "javascript"}}, "publicationYear": {"gte": 2015}}
    for book in books(javascript):
        authors = ", ".join(author["name"] for author in book["authors"])
        print(f"{book['publicationYear']}  {book['title']} ({authors})")

    try:
        request("{ books(first: 101) { totalCount } }")
    except GraphQLError as error:
        print(*error.codes)
