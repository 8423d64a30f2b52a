import FoundationEssentials

/// The first member of a document that is one of several, because its item has more records than a document holds:
///
///     {"parts": {"complete": true, "keys": ["raw/…_2.json"], "number": 1, "records": 30000, "rejected": 2}, …}
///     {"parts": {"number": 2, "of": "raw/….json"}, …}
///
/// The first document, at the item's own key, is written last: only then the others count. A document that is alone has no
/// such member.
public struct DocumentParts: Codable, Equatable, Sendable {
  /// The document's place, from 1.
  public var number: Int
  /// The key of the first document; nil in it.
  public var of: String?
  /// The keys of the documents from the second one on; nil in these.
  public var keys: [String]?
  /// True if all documents together are everything that the source has of the item. `ingestion_result.complete` is false
  /// in each of them: a program that knows no parts must not take the first for the whole.
  public var isComplete: Bool?
  /// The records of all documents.
  public var records: Int?
  /// The rejected rows of all documents.
  public var rejected: Int?

  enum CodingKeys: String, CodingKey {
    case number, of, keys, records, rejected
    case isComplete = "complete"
  }

  /// Describes the first document.
  public init(keys: [String], isComplete: Bool?, records: Int, rejected: Int) {
    number = 1
    self.keys = keys
    self.isComplete = isComplete
    self.records = records
    self.rejected = rejected
  }

  /// Describes another document.
  public init(_ number: Int, of key: String) {
    self.number = number
    of = key
  }

  static let start = #"{"parts":"#

  /// Reads the member, which the scraper writes first: other documents are not parsed for it. Nil for a document that is
  /// alone.
  /// - Throws: `StorageCorrupt` if the member cannot be read, or lists more than `Limits.maximumParts` documents.
  public init?(of document: Data, key: String) throws(PipelineError) {
    guard document.starts(with: Self.start.utf8) else { return nil }
    let rest = document.dropFirst(Self.start.utf8.count)
    guard let end = Self.end(of: rest), let parts = try? JSONDecoder().decode(Self.self, from: Data(rest[..<end])),
      parts.number > 0, (parts.keys == nil) != (parts.of == nil), (parts.keys?.count ?? 0) < Limits.maximumParts
    else {
      throw PipelineError(.storageCorrupt, "\(key) is not an extract document: its member 'parts' cannot be read")
    }
    self = parts
  }

  /// Returns the index behind the object that the bytes begin with.
  static func end(of bytes: Data) -> Data.Index? {
    var (depth, isText, isEscaped) = (0, false, false)
    for (index, byte) in zip(bytes.indices, bytes) {
      if isEscaped {
        isEscaped = false
      } else if isText {
        if byte == UInt8(ascii: "\\") { isEscaped = true }
        if byte == UInt8(ascii: "\"") { isText = false }
      } else if byte == UInt8(ascii: "\"") {
        isText = true
      } else if byte == UInt8(ascii: "{") {
        depth += 1
      } else if byte == UInt8(ascii: "}") {
        depth -= 1
        if depth == 0 { return index + 1 }
      }
    }
    return nil
  }
}
