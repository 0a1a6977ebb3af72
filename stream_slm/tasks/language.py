"""Which language a text seems to be in, judged from script and function words; made to abstain, not to name."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LETTERS = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_WORDS = re.compile(r"[^\W\d_]+")

_SCRIPTS = {
    "ru": re.compile(r"[Ѐ-ӿ]"),
    "el": re.compile(r"[Ͱ-Ͽ]"),
    "he": re.compile(r"[֐-׿]"),
    "ar": re.compile(r"[؀-ۿ]"),
    "hi": re.compile(r"[ऀ-ॿ]"),
    "th": re.compile(r"[฀-๿]"),
    "ja": re.compile(r"[぀-ヿ]"),
    "ko": re.compile(r"[가-힯]"),
    "zh": re.compile(r"[一-鿿]"),
}

#: Frequent words that English does not use (or hardly), and, for English, that the others do not.
_FUNCTION_WORDS = {
    "en": "the and of to is was with for on at from this that are has have not be been by an will were she he his her",
    "es": "el los las del una que por para con pero como está fue muy sin sobre entre desde hasta paciente señor",
    "fr": "le les des une du est dans pour avec sur pas qui que aux cette sont été mais sans chez patient",
    "de": "der die das und ist nicht mit ein eine einen den dem für auf von zu wurde werden auch nach bei wegen",
    "it": "il gli della dei che non per con una sono del alla nel più anche dopo paziente senza",
    "pt": "os das dos uma que não para com por foi mais como pelo pela até são também paciente",
    "nl": "het een van en niet met voor op zijn naar bij ook aan wordt werd maar na de",
    "pl": "nie się jest na do że oraz przez dla po od jak pacjent został",
    "sv": "och att det som en på är av för med den till inte om ett",
    "tr": "ve bir bu için ile olarak da de çok daha gibi sonra",
}
#: Each word with the languages that use it.
_LANGUAGES_OF: dict[str, tuple[str, ...]] = {
    word: tuple(code for code, words in _FUNCTION_WORDS.items() if word in words.split())
    for text in _FUNCTION_WORDS.values()
    for word in text.split()
}

#: Characters judged: a language shows early, and a long note must not cost more than a short one.
_WINDOW_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Language:
    """A code ("und" where too little is there to tell) and whether the encoder knows it."""

    code: str
    supported: bool


def detect(text: str, supported: frozenset[str]) -> Language:
    """Judge a text; what cannot be told counts as supported, for a merchant's name is no language at all."""
    window = text[:_WINDOW_CHARS]
    foreign_script = _script(window)
    if foreign_script:
        return Language(foreign_script, foreign_script in supported)
    hits = dict.fromkeys(_FUNCTION_WORDS, 0)
    for word in _WORDS.findall(window.lower()):
        for code in _LANGUAGES_OF.get(word, ()):
            hits[code] += 1
    best = max(hits, key=lambda code: hits[code])
    # Three function words, twice as many as English has: "MARIA DEL CARMEN" alone is a name.
    if best != "en" and hits[best] >= 3 and hits[best] >= 2 * hits["en"]:
        return Language(best, best in supported)
    return Language("en" if hits["en"] else "und", True)


def _script(window: str) -> str | None:
    letters = len(_LETTERS.findall(window)) if not window.isascii() else 0
    if not letters or len(_LATIN.findall(window)) * 2 >= letters:
        return None
    counts = {code: len(pattern.findall(window)) for code, pattern in _SCRIPTS.items()}
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] else "mul"  # ISO 639-2: several, or one we have no table for
