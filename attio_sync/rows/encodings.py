"""Finds the encoding of a text file, since few files name it."""

from __future__ import annotations

import codecs
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attio_sync.failures import WrongUsage
from attio_sync.rows.languages import LANGUAGES, RARE, fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_sync.rows.rows import SteadyFile

_BLOCK: Final = 1 << 16
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE: Final = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_ENDS: Final = "\r\n,;\t|"
_DELETE: Final = 0x7F
_MOST_NULS: Final = 0.25
_LEAST_ASCII: Final = 0.9
_TO_KANJI: Final = (b"\x1b$B", b"\x1b$@")
"""What ISO-2022-JP, and nothing else, writes before Japanese letters; all its bytes are ASCII."""
_OLD: Final = ("cp1252", "mac-roman", "latin-1")
NAMES: Final = {
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "cp1252": "Windows-1252",
    "mac-roman": "Mac OS Roman",
    "latin-1": "Latin-1",
    "iso2022_jp": "ISO-2022-JP",
}
"""Names of encodings for people; UTF-8 is not mentioned."""
_ODD: Final = re.compile(
    r"""
    [a-zß-öø-ÿ][À-ÖØ-ÞŒŠŽŸ]  # a capital behind a small letter
    | [^\W\d_][À-ÖØ-ÞŒŠŽŸ][a-zß-öø-ÿ]  # a capital amid a word
    | [^\W\d_][\u2018“\u201a„\u2039¿¡\x80-\x9f]  # what opens something, or no sign, behind a letter
    | [^\W\d_](?:[•…†‡€™][^\W\d_]|œ\b)  # a sign between letters, a ligature at the end
    | [£¥¢¤§¶²³¹±¬¦\u00b8¨¯¼½¾ƒ†‡‰\u02c6\u02dc™©®°][^\W\d_]  # a sign before a letter
    | [≠∞≤≥∂∑∏π∫Ω√≈∆◊\u2044ﬁﬂ∙˙˘˚˝\u02dbˇ]  # signs that Mac OS Roman alone has
    """,
    re.VERBOSE,
)
"""Matches what words of western languages never have, as they show when read in a wrong encoding."""
_FOREIGN: Final = re.compile(r"[^\x00-\x7f\u00a0\u2018\u2019“”\u201a„\u2013—…«»€™]{4,}")
"""Matches what no word has for long: signs beyond ASCII alone."""
_FEW: Final = 2
_WORD: Final = re.compile(r"\S*[^\x00-\x7f]\S*")
_BYTES_OF_WORD: Final = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_MOST_WORDS: Final = 300
"""Different words that an encoding is judged by."""
_CLEARLY: Final = math.log(4)
"""How much better than all others an encoding must fit: its words are four times as probable."""
_SHOWN: Final = 3
_MOST_ODD: Final = 0.1
"""The part of the words with such signs from which the encoding must be another one."""


def encoding_of(file: SteadyFile, given: str | None) -> str:
    """The encoding that was set, else the first one in which the whole file can be read as words.

    Raises WrongUsage where none can: in old encodings each file can be read, but not as it was meant.
    """
    if given is not None:
        try:
            return codecs.lookup(given).name
        except LookupError as error:
            raise WrongUsage(f"There is no encoding '{given}'; try utf-8, utf-16 or windows-1252.") from error
    with file.opened() as opened:
        head = opened.read(_BLOCK)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if wide := _wide(head):
        return wide
    if any(one in head for one in _TO_KANJI) and _can_be_read(file, "iso2022_jp"):
        return "iso2022_jp"
    if _can_be_read(file, "utf-8"):
        return "utf-8"
    return _old(file)


def _old(file: SteadyFile) -> str:
    """The encoding of one byte a sign in which the words make sense, and clearly more than in any other."""
    found = next((name for name in _OLD if _makes_sense(file, name)), None)
    if found is None:
        raise WrongUsage(
            f"{file.path} is not UTF-8, and its words make no sense in Windows-1252. Name its encoding with "
            "--encoding, as windows-1250, windows-1251, shift_jis or gb18030, or save it as 'CSV UTF-8'."
        )
    if rivals := _rivals(file, found):
        first = f"'{rivals[0].text(found)}' ({_option(found)})"
        others = " or ".join(f"'{one.text()}' ({_option(one.encoding)})" for one in rivals[:_SHOWN])
        raise WrongUsage(
            f"{file.path} is not UTF-8, and its words could be {first} or {others}. "
            "Name its encoding with --encoding, or save it as 'CSV UTF-8'."
        )
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rival:
    """An encoding that is about as likely, with the word that speaks most for it."""

    encoding: str
    gain: float
    """How much better the words fit its languages, as a logarithm."""
    word: bytes

    def text(self, encoding: str | None = None) -> str:
        """The word, as it reads in this encoding or in another."""
        return self.word.decode(encoding or self.encoding)


def _option(encoding: str) -> str:
    """An encoding as people know it and `--encoding` takes it."""
    return encoding.replace("cp125", "windows-125")


def _rivals(file: SteadyFile, found: str) -> list[_Rival]:
    """The encodings whose languages the words fit too well to be ruled out, likeliest first."""
    failed = _OLD[: _OLD.index(found)]
    gains: dict[str, dict[bytes, float]] = {one: {} for one in LANGUAGES if one not in {found, *failed}}
    with file.opened() as opened:
        while line := opened.readline(_BLOCK):
            for word in _BYTES_OF_WORD.findall(line):
                _weigh(word, found, gains)
    rivals = [
        _Rival(encoding=encoding, gain=sum(by_word.values()), word=max(by_word, key=lambda one: by_word[one]))
        for encoding, by_word in gains.items()
        if by_word
    ]
    likely = [one for one in rivals if one.gain + _rareness(one.encoding) - _rareness(found) > -_CLEARLY]
    return sorted(likely, key=lambda one: one.gain, reverse=True)


def _rareness(encoding: str) -> float:
    """Files of DOS, of old Macs and in ISO's encodings are rare beside those of Windows."""
    return 0.0 if encoding.startswith("cp125") else RARE


def _weigh(word: bytes, found: str, gains: dict[str, dict[bytes, float]]) -> None:
    """Note how much better a word fits each encoding in which it reads differently; drop those without it."""
    read = word.decode(found)
    for encoding, by_word in [*gains.items()]:
        if len(by_word) >= _MOST_WORDS or word in by_word:
            continue
        try:
            other = word.decode(encoding)
        except UnicodeDecodeError:
            del gains[encoding]
            continue
        if other != read:
            odd = RARE if _is_odd(other) else 0.0
            by_word[word] = fit(other, encoding) + odd - fit(read, found)


def _wide(head: bytes) -> str | None:
    """The kind of UTF-16 or UTF-32 of a text without a mark: the one in which it has most ASCII signs."""
    if b"\0" not in head or _is_narrow(head):
        return None
    counts = {name: _ascii_signs(head[: len(head) // 4 * 4], name) for name in _WIDE}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


def _is_narrow(head: bytes) -> bool:
    """Whether NULs are few beside ASCII signs, as in a damaged file; in UTF-16 each such sign has one."""
    told = sum(ord(" ") <= one < _DELETE or one in b"\t\r\n" for one in head)
    nuls = head.count(0)
    return nuls < _MOST_NULS * len(head) and told > _LEAST_ASCII * (len(head) - nuls)


def _ascii_signs(head: bytes, name: str) -> int:
    text = head.decode(name, errors="replace")
    if "\0" in text or not any(one in text for one in _ENDS):
        return 0
    return sum(one.isascii() for one in text)


def _makes_sense(file: SteadyFile, name: str) -> bool:
    """Whether nearly all words with signs beyond ASCII look like words in this encoding."""
    decoder = codecs.getincrementaldecoder(name)()
    words, odd = 0, 0
    try:
        for text in _decoded(file, decoder):
            for word in _WORD.findall(text):
                words += 1
                odd += _is_odd(word)
    except UnicodeDecodeError:
        return False
    return odd <= words * _MOST_ODD


def _is_odd(word: str) -> bool:
    return bool(_ODD.search(word)) or any(len(set(one)) > _FEW for one in _FOREIGN.findall(word))


def _can_be_read(file: SteadyFile, name: str) -> bool:
    try:
        for _ in _decoded(file, codecs.getincrementaldecoder(name)()):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _decoded(file: SteadyFile, decoder: codecs.IncrementalDecoder) -> Iterator[str]:
    with file.opened() as opened:
        while block := opened.read(_BLOCK):
            yield decoder.decode(block)
        yield decoder.decode(b"", final=True)
