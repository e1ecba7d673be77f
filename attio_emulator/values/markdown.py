"""Renders the Markdown subset of notes as plain text.

Headings, lists, bold, italic, strikethrough, highlight and links; images are neither kept nor returned.
Source: docs.attio.com/rest-api/endpoint-reference/notes/list-notes.
"""

import re

IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
BLOCK = re.compile(r"^[ \t]*(?:#{1,3}[ \t]+|[-*+][ \t]+)", re.MULTILINE)
HEADING = re.compile(r"[ \t]*#{1,3}[ \t]+")
ITEM = re.compile(r"[ \t]*(?:[-*+]|\d+[.)])[ \t]+")
LINK = re.compile(r"\[([^\]\n]+)\]\([^)\n]*\)")
MARKS = (
    re.compile(r"\*\*(?=\S)([^\n]*?\S)\*\*"),
    re.compile(r"__(?=\S)([^\n]*?\S)__"),
    re.compile(r"~~(?=\S)([^\n]*?\S)~~"),
    re.compile(r"==(?=\S)([^\n]*?\S)=="),
    re.compile(r"\*(?=\S)([^\n]*?\S)\*"),
    re.compile(r"(?<!\w)_(?=\S)([^\n]*?\S)_(?!\w)"),
)


def without_images(markdown: str) -> str:
    """Drop images, as Attio neither writes nor returns them."""
    return IMAGE.sub("", markdown)


def plaintext(markdown: str) -> str:
    """Remove the Markdown marks and keep the text."""
    text = LINK.sub(r"\1", BLOCK.sub("", without_images(markdown)))
    for mark in MARKS:
        text = mark.sub(r"\1", text)
    return text


def count_blocks(markdown: str) -> int:
    """Count headings, list items and paragraphs; a paragraph or an item may go over several lines."""
    blocks, within = 0, False
    for line in markdown.splitlines():
        heading = HEADING.match(line) is not None
        begins = heading or ITEM.match(line) is not None or not within
        blocks += bool(line.strip()) and begins
        within = bool(line.strip()) and not heading
    return blocks
