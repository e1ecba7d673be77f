"""The destination's own files and databases: journal, rejected rows, deferred rows."""
