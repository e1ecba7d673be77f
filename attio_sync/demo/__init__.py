"""The whole product on a made-up workspace: told step by step, and checked as it goes."""
