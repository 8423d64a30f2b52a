output "backend" {
  description = "What ../backend.hcl has to say"
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
  description = "Where the images go"
  value       = { for name, repository in aws_ecr_repository.function : name => repository.repository_url }
}

output "github_role_arns" {
  description = "The roles that the workflows take on, as the repository's variables"
  value       = { for name, role in aws_iam_role.github : name => role.arn }
}
