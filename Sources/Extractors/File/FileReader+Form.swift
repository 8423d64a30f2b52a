import Contracts
import Definitions
import Processing

extension FileReader {
  /// The keys of `extract: {plugin: file, …}`.
  public static let form = PluginForm(
    "file", "A file of this machine, or an object of S3, for each item.",
    SectionForm([
      KeyForm(
        "path", .text(.path), isRequired: true,
        "A path relative to the definition's folder, one from the root, or s3://BUCKET/KEY; {name} is a parameter of the "
          + "item, {date}, {YYYY}, {YY}, {MM} and {DD} are its date, and {bucket} and {key} the object that a request names."),
      KeyForm("region", .text(), standard: "S3_REGION", "The region of the bucket."),
      KeyForm(
        "max_bytes", .integer(1...FileSizeLimit.largest), standard: "\(FileSizeLimit.standard)",
        "The size beyond which a file is refused."),
      KeyForm(
        "incremental", .section(.incremental), "Leaves out the records that are before the last loaded one's cursor."),
    ]) { section in
      guard section.text("region") != nil, section.text("path")?.hasPrefix("s3://") != true else { return nil }
      return ("region", "only a path that begins with s3:// has one: delete it")
    })
}

extension Form.Rule {
  fileprivate static let path = Form.Rule(
    "a path of a file without '..', or s3://BUCKET/KEY with the bucket's name as it is, or {bucket}"
  ) { text in
    // A bucket's name has no braces, so that another template in it is refused, too.
    FileLocation(text) != nil
  }
}
