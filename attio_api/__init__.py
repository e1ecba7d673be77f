"""Attio's API: requests, answers, values and errors; knows neither Airbyte nor any web framework."""
