"""AWS on loopback: moto, behind a gate that checks signatures, with what moto lacks (see aws_local.py)."""
