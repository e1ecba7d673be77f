"""The wire format: shapes of requests and answers, refusals."""
