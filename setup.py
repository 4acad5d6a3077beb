"""What pyproject.toml cannot say: the folder datasets/ is installed as a part of the package autograder."""

from setuptools import find_namespace_packages, setup

setup(
    packages=[*find_namespace_packages(include=["autograder*"]), "autograder.datasets"],
    package_dir={"autograder.datasets": "datasets"},
)
