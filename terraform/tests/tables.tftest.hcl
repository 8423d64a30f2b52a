# The DynamoDB tables of the datasets' items.

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

run "a_dataset_that_is_not_run_needs_no_table" {
  variables {
    dataset_variables = { SAMPLE_ITEMS = "Workouts", IDEMPOTENCY_TABLE = "done" }
  }
  assert {
    condition     = length(aws_dynamodb_table.items) == 0 && length(aws_dynamodb_table.idempotency) == 0
    error_message = "A table of a dataset that nobody enabled is made."
  }
  assert {
    condition     = alltrue([for name in ["loader", "scraper"] : !strcontains(aws_iam_role_policy.this[name].policy, "dynamodb:BatchGetItem") && !strcontains(aws_iam_role_policy.this[name].policy, "RememberWhatIsDone")])
    error_message = "A function has a right on tables that there are not."
  }
}

run "a_dataset_has_its_tables_with_their_keys" {
  variables {
    datasets          = ["wwoz", "sample_items"]
    dataset_variables = { SAMPLE_ITEMS = "Workouts", IDEMPOTENCY_TABLE = "done" }
  }
  assert {
    condition = { for name, table in aws_dynamodb_table.items : name => join("; ", [
      join(" ", compact([table.hash_key, table.range_key])), join(" ", sort([for attribute in table.attribute : "${attribute.name}:${attribute.type}"])),
      table.billing_mode, table.point_in_time_recovery[0].enabled, table.server_side_encryption[0].enabled, table.deletion_protection_enabled
      ]) } == {
      Workouts     = "date session; date:S session:S; PAY_PER_REQUEST; true; true; true"
      sample-items = "id; id:S; PAY_PER_REQUEST; true; true; true"
    }
    error_message = "The tables are not as the definitions declare them, with recovery, encryption and protection, billed by request."
  }
  assert {
    condition = { for name, table in aws_dynamodb_table.idempotency : name => join(" ", [
      table.hash_key, one(table.attribute).type, table.ttl[0].attribute_name, table.ttl[0].enabled, table.server_side_encryption[0].enabled,
      ]) } == {
      done = "idempotency_key S ttl true true"
    }
    error_message = "The table of what was done has another key, or keeps it for ever."
  }
  assert {
    condition = { for name in ["scraper", "loader", "cache-manager", "date-range-generator"] : name => join(" ", sort(flatten([
      for statement in jsondecode(aws_iam_role_policy.this[name].policy).Statement : [for action in statement.Action : "${statement.Sid} ${action}"]
      if contains(["KeepItems", "RememberWhatIsDone"], statement.Sid)
      ]))) } == {
      scraper              = ""
      loader               = "KeepItems dynamodb:BatchGetItem KeepItems dynamodb:BatchWriteItem KeepItems dynamodb:DeleteItem KeepItems dynamodb:PutItem KeepItems dynamodb:Scan RememberWhatIsDone dynamodb:GetItem RememberWhatIsDone dynamodb:PutItem"
      cache-manager        = ""
      date-range-generator = ""
    }
    error_message = "The functions have other rights on the tables."
  }
  assert {
    condition = alltrue([
      for action in flatten([for name in ["loader"] : [for statement in jsondecode(aws_iam_role_policy.this[name].policy).Statement : statement.Action]]) :
      strcontains(file("${path.module}/bootstrap/boundary.tf"), "\"${action}\"")
    ])
    error_message = "A function has an action that the boundary does not include."
  }
}

run "the_end_lifts_the_protection_of_tables" {
  variables {
    datasets      = ["sample_items"]
    force_destroy = true
  }
  assert {
    condition     = alltrue([for table in aws_dynamodb_table.items : !table.deletion_protection_enabled])
    error_message = "A deployment that is to be destroyed keeps its tables."
  }
}

run "a_table_without_a_name_or_in_another_region_is_not_made" {
  variables {
    datasets          = ["sample_items", "sample_items_elsewhere"]
    dataset_variables = { SAMPLE_ELSEWHERE = "elsewhere" }
  }
  assert {
    condition     = keys(aws_dynamodb_table.items) == ["sample-items"] && length(aws_dynamodb_table.idempotency) == 0
    error_message = "A table is made without a name, for a comment, or for another region."
  }
}
