import Contracts
import Definitions

extension ObjectsSink {
  /// The section's keys.
  public static let form = PluginForm(
    "objects", "Objects in S3, one for each record: the bytes of a field, as the source has sent them.",
    SectionForm(
      [
        KeyForm("bucket", .text(.s3Bucket), isRequired: true, "The bucket."),
        KeyForm(
          "key", .text(keyRule), isRequired: true, "The object's key, with {field} for a field of the record."),
        KeyForm("region", .text(.awsRegion), standard: "the environment's", "The region of bucket and table."),
        KeyForm("body", .text(), standard: "body", "The field that is the object."),
        KeyForm("content_type", .text(), standard: "application/json", "The object's type."),
        KeyForm(
          "order", .text(),
          "The field that orders the versions of a record, such as the time of an edit: an earlier version replaces no later one."
        ),
        KeyForm(
          "idempotency_table", .text(tableName), standard: "none",
          "A table of DynamoDB in which a written object is remembered for 24 hours. Empty, as ${NAME:-} is without a value: none."
        ),
        KeyForm("operation", .text(), standard: "dump_to_bucket", "The operation's name in that table's keys."),
      ]))

  static let keyRule = Form.Rule(
    "a key in a folder, with a field, such as raw/{date}__{slug}.json, of up to 512 letters, digits and . _ - /"
  ) { Form.Rule.isKeyInFolder($0) && ObjectKey($0).hasField }

  private static let tableName = Form.Rule(
    "empty, or \(Form.Rule.dynamoDBTable.allowed)", pattern: "^([A-Za-z0-9._-]{3,255})?$"
  ) { $0.isEmpty || Form.Rule.dynamoDBTable.isSatisfied($0) }
}
