import Cryptography
import FoundationEssentials

/// The rows of one partition: their lines, and the digest by which an object and the database are compared.
struct ProcessedRows {
  /// The form of the lines. Another one writes every object again.
  static let form = "1"

  /// The lines of the object.
  private(set) var lines = Data()
  /// The rows as Postgres writes them, after the form.
  private var text = Data(Self.form.utf8)

  mutating func append(_ line: String, content: String) {
    lines.append(contentsOf: Array("\(line)\n".utf8))
    text.append(contentsOf: Array("\(content)\n".utf8))
  }

  /// Returns the SHA-256 in hexadecimal digits, as Postgres makes it.
  func digest() throws -> String { try Digest(of: text).hexadecimal }
}
