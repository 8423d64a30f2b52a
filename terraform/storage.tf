resource "aws_s3_bucket" "data" {
  #checkov:skip=CKV_AWS_18:it is private, and the functions log their work
  #checkov:skip=CKV_AWS_144:after the loss of a region, all but past dates can be scraped again
  #checkov:skip=CKV_AWS_145:encrypted with S3's own key; a key of our own costs a dollar a month and guards public listings
  #checkov:skip=CKV2_AWS_62:the state machine passes the keys; nothing waits for objects
  bucket        = local.bucket_name
  force_destroy = var.force_destroy

  lifecycle {
    prevent_destroy = true # neither by a destroy nor by a change that replaces it; README.md, "The end", lifts it
  }
}

resource "aws_s3_bucket_versioning" "data" {
  bucket = aws_s3_bucket.data.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "data" {
  bucket = aws_s3_bucket.data.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_ownership_controls" "data" {
  bucket = aws_s3_bucket.data.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "data" {
  bucket = aws_s3_bucket.data.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "data" {
  bucket = aws_s3_bucket.data.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TLSOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.data.arn, "${aws_s3_bucket.data.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  depends_on = [aws_s3_bucket_public_access_block.data] # S3 refuses two changes of one bucket at once
}

resource "aws_s3_bucket_lifecycle_configuration" "data" {
  bucket = aws_s3_bucket.data.id

  rule {
    id     = "remains"
    status = "Enabled"
    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_days
    }
  }

  # Each run stores every page again; earlier versions are in the archives of the dates that they were read for.
  rule {
    id     = "former pages"
    status = "Enabled"
    filter {
      prefix = "pages/"
    }

    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }

  # The processed zone is made of the database, and written again at every change.
  dynamic "rule" {
    for_each = local.publishes_files && var.processed_bucket == null ? ["processed/"] : []
    content {
      id     = "former processed"
      status = "Enabled"
      filter {
        prefix = rule.value
      }

      noncurrent_version_expiration {
        noncurrent_days = 1
      }
    }
  }

  # One rule for each prefix. Glacier's class for instant retrieval, because a replay reads an archive as it reads any object;
  # from the other classes of Glacier an object must be restored first, which takes hours. S3 leaves objects under 128 KB
  # where they are: there they are cheaper.
  dynamic "rule" {
    for_each = setunion(keys(var.retention_days), keys(var.archive_after_days))
    content {
      id     = "old ${trimsuffix(rule.key, "/")}"
      status = "Enabled"
      filter {
        prefix = rule.key
      }

      dynamic "transition" {
        for_each = [for prefix, days in var.archive_after_days : days if prefix == rule.key]
        content {
          days          = transition.value
          storage_class = "GLACIER_IR"
        }
      }
      dynamic "expiration" {
        for_each = [for prefix, days in var.retention_days : days if prefix == rule.key]
        content {
          days = expiration.value
        }
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.data]
}
