"""The process that makes one PDF and can be killed without harm; `press` starts it.

Standard input is JSON `{"html", "base", "resources", "variant", "seconds"}`, standard output the
PDF. It may open what `resources` names and nothing else: no file, no address. Exit code 3: not
installed.
"""

import base64
import json
import os
import sys

MEMORY = 1_500_000_000  # bytes of address space; fifty long reports with pictures need half
NOT_INSTALLED = 3


def main() -> None:
    """Make the PDF asked for on standard input."""
    answer = os.fdopen(os.dup(1), "wb")
    sys.stdout = sys.stderr  # a stray print must not get into the file
    order = json.load(sys.stdin.buffer)
    _limit(order["seconds"])
    try:
        import weasyprint
    except (ImportError, OSError) as error:  # OSError: Pango is missing
        print(f"pdf: {error}", file=sys.stderr)
        sys.exit(NOT_INSTALLED)
    document = weasyprint.HTML(
        string=order["html"],
        base_url=order["base"],
        media_type="print",
        url_fetcher=_only(order["resources"], weasyprint),
    )
    made = document.write_pdf(pdf_variant=order["variant"], jpeg_quality=80, dpi=150)
    answer.write(made)
    answer.flush()


def _only(resources: dict, weasyprint):
    """What gives the resources of the order, whatever the document asks for."""

    class Fetcher(weasyprint.urls.URLFetcher):
        """Opens neither files nor addresses: those that can are never asked."""

        def fetch(self, url, headers=None):
            found = resources.get(url.partition("#")[0])
            if found is None:
                raise ValueError("not a part of this document")
            if "data" in found:
                body = base64.b64decode(found["data"])
            else:
                with open(found["path"], "rb") as file:
                    body = file.read()
            given = {"Content-Type": found["mime"]}
            return weasyprint.urls.URLFetcherResponse(url, body, given)

    return Fetcher()


def _limit(seconds: int) -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000_000, 50_000_000))
        os.nice(2)
    except (ImportError, OSError, ValueError):
        pass  # a system without these limits still has the clock of the parent


if __name__ == "__main__":
    main()
