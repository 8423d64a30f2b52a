# Runs that are stopped.

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

run "a_stopped_run_is_closed_and_published" {
  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.stopped.event_pattern) == {
      source      = ["aws.states"]
      detail-type = ["Step Functions Execution Status Change"]
      detail      = { stateMachineArn = ["arn:aws:states:us-east-1:123456789012:stateMachine:festvibes-etl"], status = ["TIMED_OUT", "ABORTED"] }
    }
    error_message = "The rule must select runs that timed out or were aborted, and not their dates."
  }
  assert {
    condition = alltrue([
      aws_cloudwatch_event_target.ledger.arn == aws_lambda_function.this["loader"].arn,
      length(aws_cloudwatch_event_target.ledger.input_transformer) == 0, aws_cloudwatch_event_target.ledger.input == null,
      aws_lambda_permission.ledger.principal == "events.amazonaws.com",
      aws_lambda_permission.ledger.source_arn == aws_cloudwatch_event_rule.stopped.arn,
      aws_lambda_permission.ledger.function_name == aws_lambda_function.this["loader"].function_name,
    ])
    error_message = "The loader must get the event itself, and only from this rule."
  }
  assert {
    condition = alltrue([
      aws_cloudwatch_event_target.topic.arn == aws_sns_topic.runs.arn,
      { for name, value in jsondecode(aws_cloudwatch_event_target.topic.input_transformer[0].input_template) : name => value if name != "cause" } == {
        run     = "<run>", status = "failed", error = "<status>",
        console = "https://<region>.console.aws.amazon.com/states/home?region=<region>#/v2/executions/details/<execution>"
      },
      aws_cloudwatch_event_target.topic.input_transformer[0].input_paths == tomap({
        run = "$.detail.name", status = "$.detail.status", region = "$.region", execution = "$.detail.executionArn"
      }),
      length(setsubtract(
        keys(jsondecode(aws_cloudwatch_event_target.topic.input_transformer[0].input_template)),
        keys(jsondecode(aws_sfn_state_machine.etl.definition).States.DescribeFailure.Output),
      )) == 0,
    ])
    error_message = "Its message must have the names of a failed run's summary."
  }
  assert {
    condition = alltrue([
      aws_cloudwatch_event_target.people.arn == aws_sns_topic.alarms.arn,
      strcontains(aws_cloudwatch_event_target.people.input_transformer[0].input_template, "Next: festvibes retry <run>"),
    ])
    error_message = "People must read which run was stopped, and the next command."
  }
  assert {
    condition = [for statement in jsondecode(aws_sns_topic_policy.this["runs"].policy).Statement : [statement.Principal, statement.Action, statement.Condition] if statement.Effect == "Allow"] == [
      [{ Service = "events.amazonaws.com" }, "sns:Publish", { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.stopped.arn } }],
    ]
    error_message = "Only this rule may publish, besides roles of the account."
  }
}

run "an_event_is_retried_and_then_kept" {
  assert {
    condition = alltrue([for target in [aws_cloudwatch_event_target.ledger, aws_cloudwatch_event_target.topic, aws_cloudwatch_event_target.people] : alltrue([
      target.rule == "festvibes-stopped", target.dead_letter_config[0].arn == aws_sqs_queue.undelivered.arn,
      target.retry_policy[0].maximum_retry_attempts == 30, target.retry_policy[0].maximum_event_age_in_seconds == 4 * 3600,
    ])])
    error_message = "EventBridge must keep what a target does not take."
  }
  assert {
    condition = alltrue([
      aws_lambda_function_event_invoke_config.ledger.function_name == aws_lambda_function.this["loader"].function_name,
      aws_lambda_function_event_invoke_config.ledger.maximum_retry_attempts == 2,
      aws_lambda_function_event_invoke_config.ledger.destination_config[0].on_failure[0].destination == aws_sqs_queue.undelivered.arn,
    ])
    error_message = "Lambda must keep what the loader could not do."
  }
  assert {
    condition = [for statement in jsondecode(aws_sqs_queue_policy.undelivered.policy).Statement : [statement.Principal, statement.Action, statement.Condition] if statement.Effect == "Allow"] == [
      [{ Service = "events.amazonaws.com" }, "sqs:SendMessage", { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.stopped.arn } }],
    ] && aws_sqs_queue.undelivered.sqs_managed_sse_enabled
    error_message = "Only this rule may send to the queue, besides roles of the account, and it is encrypted."
  }
}
