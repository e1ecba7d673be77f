from hypothesis import settings

# A property is about its outcome; how long one example takes depends on what else the machine does.
# On a build machine Hypothesis' own profile is in force, with the same examples each time: this goes on top.
settings.register_profile("unhurried", settings(), deadline=None)
settings.load_profile("unhurried")
