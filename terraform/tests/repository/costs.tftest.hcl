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
    enricher             = "sha256:5555555555555555555555555555555555555555555555555555555555555555"
    read-api             = "sha256:6666666666666666666666666666666666666666666666666666666666666666"
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
  variables {
    enrichment_enabled = true
    api_enabled        = true
  }
  assert {
    condition     = join(" ", keys(local.connections)) == "cache-manager enricher loader read-api"
    error_message = "README.md, \"Connections to the database\", has other functions than those that use the database."
  }
  assert {
    condition     = alltrue([for name, number in local.connections : strcontains(file("${path.module}/README.md"), name == "read-api" ? "| ${name} | 1 | \u2013 | ${number} in all |" : "| ${name} | 1 | ${number} | ${10 * number} |")])
    error_message = "README.md, \"Connections to the database\", has other numbers than these of one dataset: ${jsonencode(local.connections)}"
  }
}
