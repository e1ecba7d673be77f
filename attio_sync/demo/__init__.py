"""The demo: shows the whole product on a made-up workspace, and checks its own claims."""
