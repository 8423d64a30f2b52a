import FoundationEssentials

/// The checkpoints around an extract: the one from which the source was read, and the one that holds when its document is
/// loaded. In a document, after `parts`, for a dataset with `incremental` only:
///
///     {"checkpoint": {"after": {"type": "time", "value": "2024-05-31T08:00:00Z"}, "before": null}, "ingestion_result": …}
public struct CheckpointSpan: Equatable, Sendable {
  /// The checkpoint of the run; nil for a first run, which reads everything.
  public var before: Checkpoint?
  /// The greatest cursor of the document's records, or `before` if they do not prove more.
  public var after: Checkpoint?

  public init(before: Checkpoint?, after: Checkpoint?) {
    self.before = before
    self.after = after
  }

  /// Decides whether a load moves the stored checkpoint to `after`. It never goes back; and it does not move over a gap:
  /// a document that was read from a later checkpoint than the stored one lacks the records between them, as after a
  /// reset.
  public func moves(_ stored: Checkpoint?) -> Bool {
    guard let after else { return false }
    guard let stored else { return before == nil }
    // A checkpoint of another type cannot be compared: only a reset helps, and the scraper says so.
    if let before, stored.isBefore(before) != false { return false }
    return stored.isBefore(after) == true
  }
}

extension CheckpointSpan: Codable {
  private enum CodingKeys: CodingKey { case before, after }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    before = try container.decodeIfPresent(Checkpoint.self, forKey: .before)
    after = try container.decodeIfPresent(Checkpoint.self, forKey: .after)
  }

  /// Writes null for a checkpoint that is nil.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(before, forKey: .before)
    try container.encode(after, forKey: .after)
  }
}

/// The member of a document.
extension CheckpointSpan {
  private static let name = #""checkpoint":"#

  /// The member with a comma behind it; empty for nil.
  static func member(_ span: CheckpointSpan?) throws -> Data {
    guard let span else { return Data() }
    return Data(name.utf8) + (try JSONEncoder.ofDocuments.encode(span)) + Data(",".utf8)
  }

  /// Reads the member, which the scraper writes first, or after `parts`. Nil for a document without it.
  /// - Throws: `StorageCorrupt` if the member cannot be read.
  public init?(of document: Data, key: String) throws(PipelineError) {
    var rest = document[...]
    if document.starts(with: DocumentParts.start.utf8) {
      rest = document.dropFirst(DocumentParts.start.utf8.count)
      guard let end = DocumentParts.end(of: rest) else { return nil }
      rest = rest[end...]
    }
    guard rest.dropFirst().starts(with: Self.name.utf8) else { return nil }
    rest = rest.dropFirst(1 + Self.name.utf8.count)
    guard let end = DocumentParts.end(of: rest),
      let span = try? JSONDecoder().decode(Self.self, from: Data(rest[..<end]))
    else {
      throw PipelineError(.storageCorrupt, "\(key) is not an extract document: its member 'checkpoint' cannot be read")
    }
    self = span
  }
}
