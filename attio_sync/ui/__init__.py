"""The review room: a page on this machine where a plan is looked at, approved, watched and taken back."""
