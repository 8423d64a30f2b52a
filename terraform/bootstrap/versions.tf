# Applied once, by a person: the resources that must exist before a workflow can deploy. Its state is a file in this folder,
# because it creates the bucket for states. The file contains no secret.
terraform {
  required_version = ">= 1.11, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = merge({ Project = var.name, ManagedBy = "terraform" }, var.tags)
  }
}
