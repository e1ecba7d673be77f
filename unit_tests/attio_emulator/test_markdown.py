import pytest

from attio_emulator.values.markdown import count_blocks, plaintext, without_images


@pytest.mark.parametrize(
    ("expected", "markdown"),
    [
        ("Recap", "# Recap"),
        ("Recap", "### Recap"),
        ("one\ntwo", "- one\n* two"),
        ("1. first", "1. first"),
        ("bold and italic", "**bold** and *italic*"),
        ("bold and italic", "__bold__ and _italic_"),
        ("gone and marked", "~~gone~~ and ==marked=="),
        ("see here", "see [here](https://example.com)"),
        ("snake_case_name a * b", "snake_case_name a * b"),
        ("before  after", "before ![alt](https://example.com/a.png) after"),
        ("", ""),
    ],
)
def test_plain_text_keeps_the_words(expected: str, markdown: str) -> None:
    """Marks of headings, lists, styles and links go; what they mark stays, and images leave nothing."""
    assert expected == plaintext(markdown)


def test_images_are_not_kept() -> None:
    """Markdown comes back as written, without its images."""
    assert "# A  **b**" == without_images("# A ![x](y) **b**")


@pytest.mark.parametrize(
    ("blocks", "markdown"),
    [
        (0, ""),
        (0, " \n\n"),
        (1, "one\nparagraph"),
        (2, "one\n\ntwo"),
        (2, "# Heading\nparagraph"),
        (2, "paragraph\n## Heading"),
        (3, "- one\n- two\n  goes on\n* three"),
        (2, "1. one\n2) two"),
        (1, "1.5 million"),
        (1, "#hashtag"),
    ],
)
def test_blocks_are_counted(blocks: int, markdown: str) -> None:
    """A heading, a list item and a paragraph are a block each, however many lines they take."""
    assert blocks == count_blocks(markdown)
