"""Who sits in front of the browser."""

from wiki.demo.loader import PASSWORD

PHONE = {"width": 360, "height": 800}
DESKTOP = {"width": 1280, "height": 900}


class People:
    """People of the demo, each signed in once; a window is a browser of their own."""

    def __init__(self, browser, site, limit: int):
        self.browser, self.site, self.limit = browser, site, limit
        self.known: dict[str, dict] = {}

    def window(self, name: str | None = None, size: dict = DESKTOP, **options):
        """A page of a new context, signed in when a name is given."""
        context = self.browser.new_context(
            base_url=self.site.address,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            viewport=size,
            reduced_motion="reduce",
            storage_state=self._signed_in(name) if name else None,
            **options,
        )
        context.set_default_timeout(self.limit)
        return context.new_page()

    def _signed_in(self, name: str) -> dict:
        if name not in self.known:
            self.known[name] = self._sign_in(f"{name}@demo.example")
        return self.known[name]

    def _sign_in(self, email: str) -> dict:
        context = self.browser.new_context(base_url=self.site.address)
        try:
            answer = context.request.post("/login", form={"email": email, "password": PASSWORD})
            assert answer.ok, answer.status
            return context.storage_state()
        finally:
            context.close()


def on_a_shared_computer(window, email: str):
    """A page of somebody who said, signing in, that others use this computer too."""
    page = window()
    page.goto("/login")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.check("[name=shared]", force=True)
    page.click("main .btn--main")
    page.wait_for_selector("shared-computer", state="attached")
    return page
