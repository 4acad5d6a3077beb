"""Intake: what was handed in becomes sources. Everything is read as data: nothing is executed, unpacked or followed."""
