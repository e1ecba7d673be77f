"""Deletes the rows of an object or a list that is being deleted, and their attachments, without events."""

from attio_emulator.changes.writing import Write, delete


def remove_all(write: Write) -> None:
    """Delete every record or entry, with its notes, threads, files and the links to it."""
    attachments = write.workspace.attachments
    forget = attachments.forget_entry if write.kind.is_list else attachments.forget_record
    for row in list(write.kind.table.rows.values()):
        delete(write, row, silent=True)
        forget(row.id)
