"""Which column of a file goes where: found out, shown, changed, agreed to, remembered."""
