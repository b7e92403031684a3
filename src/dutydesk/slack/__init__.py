"""The door that Slack is, as `site` is the web's: deeds become actions, words become blocks."""
