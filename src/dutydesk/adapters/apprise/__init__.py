"""Every kind of message through Apprise: https://github.com/caronc/apprise."""
