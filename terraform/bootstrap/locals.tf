data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  functions = yamldecode(file("${path.module}/../functions.yaml"))

  account     = data.aws_caller_identity.this.account_id
  partition   = data.aws_partition.this.partition
  data_bucket = "arn:${local.partition}:s3:::${coalesce(var.bucket_name, "${var.name}-data-${local.account}")}"
  # arn:…:SERVICE:REGION:ACCOUNT, for the services whose ARNs have this form.
  arn = {
    for service in ["cloudwatch", "ecr", "events", "lambda", "logs", "scheduler", "secretsmanager", "sns", "sqs", "states"] :
    service => "arn:${local.partition}:${service}:${var.region}:${local.account}"
  }
  # The names of what a deployment makes, in full: festvibes-* would also match another deployment's, festvibes-dev-….
  # A wildcard only follows a / or a : after such a name.
  function_names = [for name in keys(local.functions) : "${var.name}-${name}"]
  log_groups = concat(
    [for name in local.function_names : "${local.arn.logs}:log-group:/aws/lambda/${name}"],
    ["${local.arn.logs}:log-group:/aws/vendedlogs/states/${var.name}-etl"],
  )
  made = {
    functions     = [for name in local.function_names : "${local.arn.lambda}:function:${name}"]
    repositories  = [for name in local.function_names : "${local.arn.ecr}:repository/${name}"]
    logs          = concat(local.log_groups, [for group in local.log_groups : "${group}:*"]) # with its streams
    secrets       = ["${local.arn.secretsmanager}:secret:${var.name}/*"]
    state_machine = ["${local.arn.states}:stateMachine:${var.name}-etl"]
    executions    = ["${local.arn.states}:execution:${var.name}-etl:*", "${local.arn.states}:execution:${var.name}-etl/*"] # of the Map
    map_runs      = ["${local.arn.states}:mapRun:${var.name}-etl/*"]
    schedules     = ["${local.arn.scheduler}:schedule/default/${var.name}-nightly"]
    topics        = [for topic in ["runs", "alarms"] : "${local.arn.sns}:${var.name}-${topic}"]
    rules         = ["${local.arn.events}:rule/${var.name}-stopped"]
    queues        = [for queue in ["not-started", "undelivered"] : "${local.arn.sqs}:${var.name}-${queue}"]
    alarms        = ["${local.arn.cloudwatch}:alarm:${var.name}/*"]
    dashboards    = ["arn:${local.partition}:cloudwatch::${local.account}:dashboard/${var.name}"]
  }
}
