import Definitions
import Kinesis

extension KinesisSink {
  /// The section's keys.
  public static let form = PluginForm(
    "kinesis", "A Kinesis data stream, which gets every record of each document, at least once.",
    SectionForm([
      KeyForm(
        "stream", .text(streamName), isRequired: true,
        "The stream's name. Empty, as ${NAME:-} is without a value: the sink is left out."),
      KeyForm(
        "partition_key", .list(of: .text()), standard: "the record's key",
        "The fields of which the first one that a record has is its partition key."),
      KeyForm(
        "key", .list(of: .text()), standard: "by the data type: artist_id, venue_id or concert_id",
        "The fields that identify a record, of which it may have versions."),
      KeyForm(
        "data_type", .text(.name), standard: "by the record's kind, else the dataset's",
        "The data_type of the records in the stream."),
      KeyForm("source", .text(.name), standard: "the dataset's", "The source of the records in the stream."),
      KeyForm("region", .text(.name), standard: "the environment's", "The stream's region."),
    ]))

  /// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html
  private static let streamName = Form.Rule(
    "empty, or 1 to 128 letters, digits, '.', '_' or '-'", pattern: "^[A-Za-z0-9._-]{0,128}$"
  ) { text in
    text.utf8.count <= 128
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  /// Returns why a section's sink is left out; nil for one that loads.
  public static func reasonToLeaveOut(_ section: Section) -> String? {
    guard (section.text("stream") ?? "").isEmpty else { return nil }
    return "stream is empty: give the variable that it names a value, the name of a Kinesis stream"
  }
}
