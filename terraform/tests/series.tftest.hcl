# Datasets with versions in S3, and a deployment without a database.

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

run "a_dataset_that_is_not_run_has_neither_rights_nor_a_topic" {
  assert {
    condition = alltrue([
      length(aws_sns_topic.projections) == 0, length(aws_sns_topic_policy.this) == 2,
      output.projection_topic == null,
      !can(aws_lambda_function.this["cache-manager"].environment[0].variables["SNS_PROJECTION_TOPIC_ARN"]),
      !can(aws_lambda_function.this["loader"].environment[0].variables["LEDGER"]),
    ])
    error_message = "A deployment without versions has a topic or a setting for them."
  }
  assert {
    condition     = alltrue([for name in ["loader", "cache-manager", "scraper"] : !strcontains(aws_iam_role_policy.this[name].policy, "datasets/")])
    error_message = "A deployment without versions has rights for them."
  }
}

run "a_dataset_with_versions_has_its_rights_and_its_topic" {
  variables {
    datasets = ["wwoz", "sample_series"]
  }
  assert {
    condition = { for name in ["scraper", "loader", "cache-manager"] : name => sort(flatten([
      for statement in jsondecode(aws_iam_role_policy.this[name].policy).Statement : [
        for action in statement.Action : "${action} ${join(",", statement.Resource)}"
      ] if contains(["ReadVersions", "ListVersions", "KeepVersions", "AnnounceProjections", "ReadCheckpoints", "WriteCheckpoints"], statement.Sid)
      ])) } == {
      scraper = sort(["s3:GetObject ${aws_s3_bucket.data.arn}/datasets/sample_series/state.json,${aws_s3_bucket.data.arn}/datasets/sample_series/state/*"])
      loader = sort([
        "s3:GetObject ${aws_s3_bucket.data.arn}/datasets/sample_series/state.json,${aws_s3_bucket.data.arn}/datasets/sample_series/state/*",
        "s3:PutObject ${aws_s3_bucket.data.arn}/datasets/sample_series/state.json,${aws_s3_bucket.data.arn}/datasets/sample_series/state/*",
        "s3:GetObject arn:aws:s3:::sample-datasets/datasets/sample_series/*",
        "s3:ListBucket arn:aws:s3:::sample-datasets",
        "s3:DeleteObject arn:aws:s3:::sample-datasets/datasets/sample_series/index/*,arn:aws:s3:::sample-datasets/datasets/sample_series/versions/*",
        "s3:PutObject arn:aws:s3:::sample-datasets/datasets/sample_series/index/*,arn:aws:s3:::sample-datasets/datasets/sample_series/versions/*",
      ])
      cache-manager = sort([
        "s3:GetObject arn:aws:s3:::sample-datasets/datasets/sample_series/*",
        "s3:ListBucket arn:aws:s3:::sample-datasets",
        "s3:DeleteObject arn:aws:s3:::sample-datasets/datasets/sample_series/projections/*",
        "s3:PutObject arn:aws:s3:::sample-datasets/datasets/sample_series/projections/*",
        "sns:Publish ${one(aws_sns_topic.projections).arn}",
      ])
    }
    error_message = "The functions have other rights on the versions, the projections, the topic or the checkpoints."
  }
  assert {
    condition = alltrue([
      for action in flatten([for name in ["loader", "cache-manager"] : [for statement in jsondecode(aws_iam_role_policy.this[name].policy).Statement : statement.Action]]) :
      strcontains(file("${path.module}/bootstrap/boundary.tf"), "\"${action}\"")
    ])
    error_message = "A function has an action that the boundary does not include."
  }
  assert {
    condition = alltrue([
      one(aws_sns_topic.projections).name == "festvibes-projections", output.projection_topic == one(aws_sns_topic.projections).arn,
      aws_lambda_function.this["cache-manager"].environment[0].variables["SNS_PROJECTION_TOPIC_ARN"] == one(aws_sns_topic.projections).arn,
      [for statement in jsondecode(aws_sns_topic_policy.this["projections"].policy).Statement : statement.Effect] == ["Deny"],
    ])
    error_message = "The topic is not the deployment's own, is not known to the cache manager, or takes messages without TLS."
  }
}

run "another_bucket_by_a_variable" {
  command = plan
  variables {
    datasets          = ["sample_series"]
    dataset_variables = { SAMPLE_BUCKET = "my-datasets" }
  }
  assert {
    condition     = join(" ", concat(local.version_folders, local.version_bucket_arns)) == "arn:aws:s3:::my-datasets/datasets/sample_series/ arn:aws:s3:::my-datasets"
    error_message = "The rights are for another bucket than the variable names."
  }
}

run "without_a_database_there_is_nothing_of_it" {
  variables {
    datasets = ["sample_series"]
    database = false
  }
  assert {
    condition     = length(aws_secretsmanager_secret.this) == 0 && output.database_connections == {}
    error_message = "A deployment without a database has a secret for one, which costs money, or counts connections."
  }
  assert {
    condition = alltrue([for name in ["loader", "cache-manager"] : alltrue([
      aws_lambda_function.this[name].environment[0].variables["LEDGER"] == "off",
      !can(aws_lambda_function.this[name].environment[0].variables["PG_DATABASE_URL_SECRET_ARN"]),
      !can(aws_lambda_function.this[name].environment[0].variables["REDIS_URL_SECRET_ARN"]),
      !strcontains(aws_iam_role_policy.this[name].policy, "secretsmanager:"),
    ])])
    error_message = "A function is not told that there is no database, or has a setting or a right of one."
  }
}

run "refuses_a_dataset_that_needs_the_database" {
  command = plan
  variables {
    datasets = ["wwoz", "sample_series"]
    database = false
  }
  expect_failures = [var.database]
}

run "refuses_each_need_of_a_database" {
  command = plan
  variables {
    datasets = ["sample_ledger"]
    database = false
  }
  expect_failures = [var.database]
}

# database_needs.json has what `festvibes check` says; a test of the program compares it with that.
run "names_each_need_as_the_check_of_definitions" {
  command = plan
  assert {
    condition = alltrue([
      for id, needs in jsondecode(file("${path.module}/tests/database_needs.json")) : sort(local.database_needs[id]) == sort(needs)
      if can(local.definitions[id])
    ])
    error_message = "The needs of the database are others: ${jsonencode({ for id, needs in jsondecode(file("${path.module}/tests/database_needs.json")) : id => { check = needs, terraform = local.database_needs[id] } if can(local.definitions[id]) && try(sort(local.database_needs[id]) != sort(needs), false) })}"
  }
  assert {
    condition     = length(setintersection(keys(local.definitions), keys(jsondecode(file("${path.module}/tests/database_needs.json"))))) >= 6
    error_message = "The samples are not compared."
  }
}

run "refuses_a_vpc_without_a_database" {
  command = plan
  variables {
    datasets = ["sample_series"]
    database = false
    vpc      = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
  }
  expect_failures = [var.database]
}

# A month that does not change stays in the version that wrote it: age says nothing about what a current version needs.
run "no_rule_deletes_versions_by_their_age" {
  variables {
    datasets = ["wwoz", "sample_series"]
  }
  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_lifecycle_configuration.data.rule :
      !startswith("datasets/", rule.filter[0].prefix) && !startswith(rule.filter[0].prefix, "datasets/")
      if can(rule.expiration[0].days)
    ]) && length([for rule in aws_s3_bucket_lifecycle_configuration.data.rule : rule if can(rule.expiration[0].days)]) >= 4
    error_message = "A rule deletes files that current versions name."
  }
}

run "refuses_a_period_for_versions" {
  command = plan
  variables {
    retention_days = { "raw/" = 400, "datasets/" = 400 }
  }
  expect_failures = [var.retention_days]
}

run "refuses_a_period_for_those_of_one_dataset" {
  command = plan
  variables {
    retention_days = { "datasets/sample_series/versions/" = 4000 }
  }
  expect_failures = [var.retention_days]
}
