import CPostgres
import Cryptography

/// The statements that the server keeps for a session: it parses each once. Beyond the most it forgets the one that was
/// not used for the longest time.
///
/// A name is a digest of what it stands for. A pooler gives each transaction one of its sessions, where other clients
/// have prepared statements: there, too, a name means the same statement.
struct KeptStatements {
  /// The text of a statement and the types of its values. Its bytes count, as for the server: to Swift `é` is equal to
  /// `e` with an accent.
  struct Text: Hashable {
    private let sql: [UInt8]
    private let types: [Oid]

    init(sql: String, types: [Oid]) {
      self.sql = Array(sql.utf8)
      self.types = types
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(types)
      // An array would be hashed byte by byte.
      sql.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// The name under which the server keeps the statement; nil if OpenSSL fails.
    var name: String? {
      let text = sql + ("\u{0}" + types.map { String($0) }.joined(separator: ",")).utf8
      return (try? Digest(of: text)).map { "kept_" + $0.hexadecimal.prefix(32) }
    }
  }

  private struct Statement {
    let name: String
    var lastUse: Int
  }

  /// An error of a server that does not have what the session has prepared, or has what it has not: a pooler is
  /// between, or the statement was deallocated. No statement of the pipeline has taken effect.
  enum Mismatch: String {
    case unknown = "26000"
    case duplicate = "42P05"
  }

  /// The error of a statement that would give other columns than when it was prepared: its table has changed.
  static let changed = "0A000"

  let most: Int
  private var known: [Text: Statement] = [:]
  private var uses = 0

  init(most: Int) { self.most = most }

  /// Returns the name of a statement that the server has; nil if it has it not.
  mutating func use(_ text: Text) -> String? {
    uses += 1
    guard let place = known.index(forKey: text) else { return nil }
    known.values[place].lastUse = uses
    return known.values[place].name
  }

  /// Adds a statement that the server is about to prepare.
  mutating func add(_ text: Text, _ name: String) {
    known[text] = Statement(name: name, lastUse: uses)
  }

  /// Removes the statement that was not used for the longest time, if there is no place for another one.
  mutating func removeOldest() -> (text: Text, name: String)? {
    guard known.count >= most, let oldest = known.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return nil }
    known[oldest.key] = nil
    return (oldest.key, oldest.value.name)
  }

  mutating func remove(_ text: Text) { known[text] = nil }
}
