"""What Attio is and how it answers; knows neither Airbyte nor any web framework."""
