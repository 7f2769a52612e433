"""`python -m pipeline`: the command line's entry; may import `pipeline.cli` only."""

from pipeline.cli.main import main

if __name__ == "__main__":
    main()
