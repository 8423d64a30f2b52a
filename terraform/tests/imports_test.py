"""The example that takes over the legacy system's resources. make terraform-test runs it; it needs no packages."""

import re
import unittest
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
TEXT = (FOLDER / "imports.tf.example").read_text()
IMPORTED = {
    'aws_lambda_function.this["date-range-generator"]': "fest-vibes-ai-param_generator",
    'aws_lambda_function.this["scraper"]': "fest-vibes-ai-extractor",
    'aws_lambda_function.this["loader"]': "fest-vibes-ai-loader",
    'aws_lambda_function.this["cache-manager"]': "fest-vibes-ai-cache_manager",
    "aws_sfn_state_machine.etl": "arn:aws:states:us-east-1:<ACCOUNT>:stateMachine:fest-vibes-ai-etl-pipeline",
}


class ImportsTest(unittest.TestCase):
    def test_the_legacy_systems_names_are_filled_in(self) -> None:
        found = dict(re.findall(r'to = (\S+)\n *id = "(.*)"', TEXT))
        self.assertEqual({to: found.get(to) for to in IMPORTED}, IMPORTED)

    def test_every_imported_resource_exists(self) -> None:
        code = "".join(path.read_text() for path in FOLDER.glob("*.tf"))
        for kind, name in re.findall(r"to = (\w+)\.(\w+)", TEXT):
            self.assertIn(f'resource "{kind}" "{name}"', code)

    def test_the_old_system_is_stopped_before_anything_is_imported(self) -> None:
        steps = [
            "gh workflow disable",
            "aws events disable-rule --name fest-vibes-ai-daily-etl-trigger",
            "terraform state rm",
            "import {",
        ]
        positions = [TEXT.find(step) for step in steps]
        self.assertEqual(positions, sorted(positions))
        self.assertGreater(positions[0], 0)


if __name__ == "__main__":
    unittest.main()
