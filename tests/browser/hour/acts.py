"""What a person does at a page, counted, and how long it takes at stated paces."""

from dataclasses import dataclass, field

# Card, Moran and Newell's keystroke-level model: one who types now and then (43 words a minute), who makes up
# their mind before each click (1.35 s), points (1.1 s) and presses (0.2 s).
KEY_S, CLICK_S = 0.28, 2.65
# Silent reading of prose is at 238 words a minute (Brysbaert, 2019); forms are read slower.
WORDS_A_SECOND = 3.5
# A page has come and is looked at as a whole, before a word is read.
PAGE_S = 2.0
# The dialogue for files: opened, a folder found, a file found, taken.
FILE_S = 4 * CLICK_S


@dataclass
class Acts:
    """Keys, clicks, files chosen, pages opened, and words that were not seen before: each is read once, every one."""

    keys: int = 0
    clicks: int = 0
    files: int = 0
    pages: int = 0
    words: int = 0
    seen: set[str] = field(default_factory=set, repr=False)

    def reads(self, texts: list[str]) -> None:
        """Whatever of these texts is new."""
        for text in texts:
            if text not in self.seen:
                self.seen.add(text)
                self.words += len(text.split())

    def anew(self) -> "Acts":
        """Nothing done yet by the same person, who remembers what they have read."""
        return Acts(seen=self.seen)

    @property
    def seconds(self) -> float:
        """All of it, one after the other."""
        hand = self.keys * KEY_S + self.clicks * CLICK_S + self.files * FILE_S
        return hand + self.pages * PAGE_S + self.words / WORDS_A_SECOND

    def __str__(self) -> str:
        """A line for people."""
        return (
            f"{self.keys} keys, {self.clicks} clicks, {self.files} files, {self.pages} pages, {self.words} words: "
            f"{self.seconds / 60:.1f} minutes"
        )
