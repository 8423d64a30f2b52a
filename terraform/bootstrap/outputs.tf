output "backend" {
  description = "The content of ../NAME.backend.hcl"
  value       = <<-EOT
    bucket = "${aws_s3_bucket.state.bucket}"
    key    = "deployment.tfstate"
    region = "${var.region}"
  EOT
}

output "registry" {
  description = "REGISTRY of make push"
  value       = "${local.account}.dkr.ecr.${var.region}.amazonaws.com"
}

output "repository_urls" {
  description = "The image repository of each function that is enabled, and of festvibes with ecs"
  value       = { for name, repository in aws_ecr_repository.function : name => repository.repository_url }
}

output "github_role_arns" {
  description = "The roles of the workflows, for the repository's variables"
  value       = { for name, role in aws_iam_role.github : name => role.arn }
}

output "operator_policy_arn" {
  description = "The policy for people who start and follow runs"
  value       = aws_iam_policy.operator.arn
}
