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
}
