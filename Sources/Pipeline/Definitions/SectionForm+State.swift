import Contracts

extension SectionForm {
  /// The keys of `state`: where checkpoints are stored. Those of system 002 are read as well.
  static let state = SectionForm([
    KeyForm(
      "kind", .choice(StateSettings.Kind.allCases.map(\.rawValue)), standard: "postgres",
      "postgres: the table etl_checkpoints, in the transaction of the load; s3: an object for each item; file: a file for "
        + "each item, for runs in one process."),
    KeyForm("bucket", .text(), standard: "the data bucket", "For s3: the bucket."),
    KeyForm(
      "key", .text(.stateKey), standard: "state/DATASET/ITEM.json",
      "For s3: the object's key. A dataset of several items has KEY/ITEM.json, without the .json of KEY."),
    KeyForm("aws_region", .text(), standard: "S3_REGION", "For s3 with a bucket: its region."),
    KeyForm(
      "state_file", .text(), standard: "state.json",
      "For file: its path, relative to the definition's folder. A dataset of several items has a file for each, as with key."
    ),
    KeyForm(
      "path", .text(.stateKey),
      "For file: a key in the data bucket, in place of the file; with RAW_FOLDER, a file below .local/state."
    ),
  ]) { section in
    let kind = section.text("kind") ?? StateSettings.Kind.postgres.rawValue
    let keys: [String] =
      switch StateSettings.Kind(rawValue: kind) {
      case .s3: ["bucket", "key", "aws_region"]
      case .file: ["state_file", "path"]
      case .postgres, nil: []
      }
    if let odd = section.keys.first(where: { $0 != "kind" && !keys.contains($0) }) {
      return (odd, "kind \(kind) has no such key" + (keys.isEmpty ? "" : ": it has \(keys.joined(separator: ", "))"))
    }
    if section["aws_region"] != nil, section["bucket"] == nil {
      return ("aws_region", "it is the region of `bucket`, which is missing: the data bucket has S3_REGION")
    }
    return nil
  }
}

extension StateSettings {
  /// - Parameters:
  ///   - section: the section `state`, which was checked; nil for the default. A program that does not use checkpoints has
  ///     it without keys.
  ///   - hasOneItem: true for a plan of one item.
  ///   - sourceType: the name of the extractor.
  init(_ section: Section?, hasOneItem: Bool, sourceType: String?) {
    self.init(section?.text("kind").flatMap { Kind(rawValue: $0) } ?? .postgres, hasOneItem: hasOneItem)
    self.sourceType = sourceType
    bucket = section?.text("bucket")
    region = section?.text("aws_region")
    path = section?.text("key") ?? section?.text("state_file")
    bucketKey = section?.text("path")
  }
}

extension Form.Rule {
  /// A key in a bucket.
  static let stateKey = Form.Rule("a key such as state/prices.json, of up to 512 bytes, without '..' and '//'") {
    text in
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return text.utf8.count <= 512 && !parts.contains { ["", ".", ".."].contains($0) }
      && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
  }
}
