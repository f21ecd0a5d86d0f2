"""From bytes to a tree whose every value knows its line: text, YAML and JSON."""
