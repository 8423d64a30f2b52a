import Contracts
import Definitions

extension ObjectsSink {
  /// The section's keys.
  public static let form = PluginForm(
    "objects", "Objects in S3, one for each record: the bytes of a field, as the source has sent them.",
    SectionForm(
      [
        KeyForm("bucket", .text(bucketName), isRequired: true, "The bucket."),
        KeyForm(
          "key", .text(keyRule), isRequired: true, "The object's key, with {field} for a field of the record."),
        KeyForm("region", .text(region), standard: "the environment's", "The region of bucket and table."),
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

  private static let region = Form.Rule("a region such as us-east-1", pattern: "^[a-z0-9-]{1,63}$") { text in
    (1...63).contains(text.utf8.count) && text.utf8.allSatisfy { $0.isLowerCaseOrDigit || $0 == UInt8(ascii: "-") }
  }

  /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  private static let bucketName = Form.Rule(
    "a bucket's name: 3 to 63 lower-case letters, digits, '.' or '-'", pattern: "^[a-z0-9.-]{3,63}$"
  ) { text in
    (3...63).contains(text.utf8.count) && text.utf8.allSatisfy { $0.isLowerCaseOrDigit || ".-".utf8.contains($0) }
  }

  private static let keyRule = Form.Rule("a key with a field, such as raw/{date}__{slug}.json, of up to 512 bytes") {
    $0.utf8.count <= 512 && !$0.hasPrefix("/") && ObjectKey($0).hasField
  }

  private static let tableName = Form.Rule(
    "empty, or 3 to 255 letters, digits, '.', '_' or '-'", pattern: "^([A-Za-z0-9._-]{3,255})?$"
  ) { text in
    text.isEmpty || (3...255).contains(text.utf8.count) && text.unicodeScalars.allSatisfy(\.isInKeyAlphabet)
  }
}

extension UInt8 {
  fileprivate var isLowerCaseOrDigit: Bool { (0x61...0x7A).contains(self) || (0x30...0x39).contains(self) }
}
