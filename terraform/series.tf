# What the datasets of this deployment with the sink s3_versioned need: rights in the buckets that their definitions name, which
# exist already, and the topic that announces new projections. Nothing, if no dataset of var.datasets or var.ecs has the sink.
locals {
  version_buckets = {
    for id, texts in local.load_texts : id => distinct([
      for found in flatten([
        for text in texts : [
          for each in regexall("(?:^|[\\s,{\"'])bucket[\"']?\\s*:\\s*[\"']?(?:\\$\\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\\}|([a-z0-9.-]+))", text) :
          { variable = each[0], standard = each[1], text = each[2] }
        ]
      ]) :
      found.text != null ? found.text : try(coalesce(lookup(var.dataset_variables, found.variable, ""), found.standard), "")
    ]) if anytrue([for text in texts : can(regex("plugin[\"']?\\s*:\\s*[\"']?s3_versioned\\b", text))])
  }
  # `datasets/ID/` in its bucket, and the buckets.
  version_folders = sort(flatten([
    for id, buckets in local.version_buckets : [for bucket in buckets : "arn:${local.partition}:s3:::${bucket}/datasets/${id}/" if bucket != ""]
  ]))
  version_bucket_arns = sort(distinct([for folder in local.version_folders : split("/", folder)[0]]))

  # The objects of checkpoints with a key of their own, `state.key` or `state.path`, in the data bucket. Several items have
  # KEY/ITEM.json, without the .json of KEY.
  state_texts = {
    for id, definition in local.definitions : id => [for section in definition : replace(section[1], "/(^|[ \\t\\n])#[^\n]*/", "$1") if section[0] == "state"]
    if contains(local.run_datasets, id)
  }
  state_keys = distinct(flatten([
    for texts in values(local.state_texts) : [
      for text in texts : [
        for found in regexall("(?:^|[\\s,{\"'])(?:key|path)[\"']?\\s*:\\s*[\"']?([A-Za-z0-9._/-]+)", text) :
        [found[0], "${trimsuffix(found[0], ".json")}/*"]
      ] if !can(regex("(?:^|[\\s,{\"'])bucket[\"']?\\s*:", text))
    ]
  ]))
  # Those that no prefix of functions.yaml covers.
  state_objects = [for key in local.state_keys : "${aws_s3_bucket.data.arn}/${key}" if !startswith(key, "state/")]
}

# Each new projection of a dataset is announced here, in system 002's form. Subscribers are added by whoever wants to know.
resource "aws_sns_topic" "projections" {
  #checkov:skip=CKV_AWS_26:its messages are names of datasets and of objects; nobody else may subscribe
  count = length(local.version_buckets) > 0 ? 1 : 0

  name = "${var.name}-projections"
}
