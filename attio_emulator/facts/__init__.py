"""Recorded behaviour of Attio as questions that the emulator and a real workspace are asked alike."""
