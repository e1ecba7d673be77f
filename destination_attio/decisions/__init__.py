"""What each row asks of Attio, decided before anything is written."""
