"""The list of commands that `attio-relay --help` prints."""

from click.testing import CliRunner

from attio_relay.cli import main


def test_no_sentence_of_the_list_is_cut_off() -> None:
    """Also on a terminal of 80 columns, and none is wider."""
    told = CliRunner().invoke(main, ["--help"], terminal_width=80).output
    listed = " ".join(told.partition("Commands:")[2].split())

    assert len(main.commands) == listed.count(".")
    assert "..." not in listed
    assert 80 >= max(map(len, told.splitlines()))
