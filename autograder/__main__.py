"""The command ``kata``."""


def main() -> None:
    pass
