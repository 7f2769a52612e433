"""The command line `slimepython`: the only place where errors become exit statuses."""
