# The table of costs in README.md has a line for each schedule of the repository's definitions, made from them. The message
# of a failure has the lines as they must be.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  image_digests = {
    date-range-generator = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
    scraper              = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
    loader               = "sha256:3333333333333333333333333333333333333333333333333333333333333333"
    cache-manager        = "sha256:4444444444444444444444444444444444444444444444444444444444444444"
  }
}

run "each_schedule_has_a_line_in_the_table_of_costs" {
  command = plan
  assert {
    condition     = alltrue([for line in local.cost_lines : strcontains(file("${path.module}/README.md"), "\n${line}\n")])
    error_message = "README.md, \"What it costs\", must have:\n${join("\n", local.cost_lines)}"
  }
  assert {
    condition     = length(regexall("(?m)^\\| `[a-z_/-]+` \\| [0-9.]+ \\| ", file("${path.module}/README.md"))) == length(local.cost_lines)
    error_message = "README.md has a line of a schedule that is not there."
  }
}

run "ten_datasets_at_once_have_the_connections_that_the_readme_says" {
  command = plan
  assert {
    condition     = alltrue([for name, number in local.connections : number == 5 && strcontains(file("${path.module}/README.md"), "| ${name} | 1 | 5 | ${10 * number} |")])
    error_message = "README.md, \"Connections to the database\", has other numbers than five items at once with one connection each."
  }
}
