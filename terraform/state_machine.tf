resource "aws_cloudwatch_log_group" "state_machine" {
  #checkov:skip=CKV_AWS_158:encrypted with AWS's own key; a key of our own costs a dollar a month and guards dates and counts
  name              = "/aws/vendedlogs/states/${local.state_machine_name}" # this prefix needs no resource policy
  retention_in_days = var.log_retention_days
}

resource "aws_sfn_state_machine" "etl" {
  name     = local.state_machine_name
  role_arn = aws_iam_role.this["state-machine"].arn

  definition = templatefile("${path.module}/../statemachine/etl.asl.json", merge(
    { EnricherFunctionArn = "", ReadAPIFunctionArn = "" }, # optional functions: the state machine skips what has no name
    { for name, function in aws_lambda_function.this : "${local.functions[name].product}FunctionArn" => function.arn },
    { NotificationTopicArn = aws_sns_topic.runs.arn },
  ))

  # All events with their data: dates, keys, counts and errors, nothing secret. A run has a few hundred lines. The dashboard
  # and the alarm on a missing run read them, and they are kept longer than the 90 days of Step Functions' history.
  logging_configuration {
    level                  = "ALL"
    include_execution_data = true
    log_destination        = "${aws_cloudwatch_log_group.state_machine.arn}:*"
  }

  tracing_configuration {
    enabled = true
  }

  depends_on = [aws_iam_role_policy.this["state-machine"]] # Step Functions tests log delivery when it creates the state machine
}
