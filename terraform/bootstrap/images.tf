resource "aws_ecr_repository" "function" {
  #checkov:skip=CKV_AWS_136:encrypted with AWS's own key; a key of our own costs a dollar a month and guards what is public source
  for_each = toset(concat(keys(local.functions), [for name in local.ecs : "festvibes"]))

  name                 = "${var.name}-${each.key}"
  image_tag_mutability = "IMMUTABLE"
  force_delete         = var.force_destroy

  image_scanning_configuration {
    scan_on_push = true
  }
}

# `make terraform-apply` tags what it deploys (../protect_images.py). An image with the tag of the first rule cannot be
# expired by the second, however many images are pushed and never deployed:
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html (how lifecycle policies work)
# The image that runs is always among the newest of the first rule, because only a later deployment adds to them.
# The image of tasks is named in the deployment's settings, where that script does not find it: it never expires.
resource "aws_ecr_lifecycle_policy" "function" {
  for_each = { for name, repository in aws_ecr_repository.function : name => repository if contains(keys(local.functions), name) }

  repository = each.value.name
  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Keeps the newest ${var.images_kept} images that were deployed: the one that runs, and those to roll back to"
        selection    = { tagStatus = "tagged", tagPrefixList = ["deployed-"], countType = "imageCountMoreThan", countNumber = var.images_kept }
        action       = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "Keeps the newest ${var.images_kept} images: those that may still be deployed"
        selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = var.images_kept }
        action       = { type = "expire" }
      },
    ]
  })
}

resource "aws_ecr_repository_policy" "function" {
  for_each = { for name, repository in aws_ecr_repository.function : name => repository if contains(keys(local.functions), name) }

  repository = each.value.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "LambdaRunsIt"
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      Condition = { ArnEquals = { "aws:SourceArn" = "${local.arn.lambda}:function:${each.value.name}" } }
    }]
  })
}
