"""The web site: settings, routes, sign-in, and what every page shares."""
