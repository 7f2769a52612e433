"""The command line: wires the packages together, turns errors into exit statuses; may import everything."""
