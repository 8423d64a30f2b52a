terraform {
  required_version = ">= 1.11, < 2.0" # the S3 backend's lock file is stable since 1.11

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # The rest (bucket, key, region) is in NAME.backend.hcl, which `make bootstrap` writes.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}
