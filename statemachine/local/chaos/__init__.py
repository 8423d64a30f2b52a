"""What run_chaos.py does to a running night, and how it finds out whether anything was lost."""
