"""``python -m autograder`` and the command ``kata``."""


def main() -> None:
    """Runs the command line."""
    from autograder.cli import run

    run()


if __name__ == "__main__":
    main()
