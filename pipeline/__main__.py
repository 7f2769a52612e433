"""`python -m pipeline`: the command line's entry; may import `pipeline.cli` only."""

import shlex
import sys

from pipeline.cli.nextstep import pasteable


def run() -> None:
    """The command line, or one line about what this interpreter lacks for it."""
    try:
        from pipeline.cli.main import main

        main()
    except ModuleNotFoundError as error:
        missing = (error.name or "pipeline").partition(".")[0]
        if missing == "pipeline" or missing in sys.stdlib_module_names:
            raise  # a mistake of ours, or of the interpreter's
        command = f"nox -s pipeline -- {shlex.join(sys.argv[1:] or ['--help'])}"
        text = f"error: {sys.executable} has no {missing!r}, which the pipeline needs; type: {pasteable(command)}"
        print(text, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    run()
