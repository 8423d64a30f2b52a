# The secrets without their values, which must not pass through terraform because its state would store them. README.md
# describes how to set them.
resource "aws_secretsmanager_secret" "this" {
  #checkov:skip=CKV_AWS_149:encrypted with AWS's own key; a key of our own costs a dollar a month, and no other account reads it
  #checkov:skip=CKV2_AWS_57:the database and Redis are not this deployment's, so it cannot change their passwords
  for_each = setunion(values(local.secrets)...)

  name                    = "${var.name}/${each.key}"
  description             = "The value of ${each.key}, as plain text"
  recovery_window_in_days = var.secret_recovery_days

  lifecycle {
    prevent_destroy = true # README.md, "The end", lifts it
  }
}
