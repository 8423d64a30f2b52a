# Which datasets of the repository need the database: as `festvibes check` says it, which a test of the program compares with
# database_needs.json.

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

run "each_need_is_that_of_the_check_of_definitions" {
  command = plan
  assert {
    condition = alltrue([
      for id, needs in local.database_needs :
      sort(needs) == sort(jsondecode(file("${path.module}/tests/database_needs.json"))[id])
    ])
    error_message = "terraform has these needs of the database: ${jsonencode(local.database_needs)}"
  }
}
