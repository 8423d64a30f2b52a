"""AWS on loopback: moto behind a signature check, with additions for what moto lacks (see aws_local.py)."""
