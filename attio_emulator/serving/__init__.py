"""HTTP around the emulator: routes, shapes of bodies, tokens, limits, faults on order."""
