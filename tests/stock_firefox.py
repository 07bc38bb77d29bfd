"""Firefox as everybody has it, which Playwright drives by WebDriver BiDi."""

from __future__ import annotations

COLOURS = "layout.css.prefers-color-scheme.content-override"
PREFERENCES = {
    "dom.events.testing.asyncClipboard": True,  # nobody is there to allow it
    "ui.prefersReducedMotion": 1,
}
FINGER = {
    "ui.allPointerCapabilities": 1,
    "ui.primaryPointerCapabilities": 1,
    "ui.useOverlayScrollbars": 1,
}


class Firefox:
    """What Playwright can't emulate by BiDi, colours and a finger, are preferences of a browser of
    its own here.
    """

    def __init__(self, playwright, path, downloads):
        self.playwright = playwright
        self.path = path
        self.downloads = downloads
        self.browsers = {}

    def new_context(self, color_scheme="light", has_touch=False, **options):
        look = (color_scheme, has_touch)
        if look not in self.browsers:
            colours = {COLOURS: ["dark", "light"].index(color_scheme)}
            self.browsers[look] = self.playwright.firefox.launch(
                channel="moz-firefox",
                executable_path=self.path,
                downloads_path=self.downloads,
                firefox_user_prefs=PREFERENCES | colours | (FINGER if has_touch else {}),
            )
        return self.browsers[look].new_context(has_touch=has_touch, **options)

    def new_page(self, **options):
        return self.new_context(**options).new_page()

    def close(self):
        for browser in self.browsers.values():
            browser.close()
