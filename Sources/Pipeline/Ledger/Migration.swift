/// A numbered step of the schema. Once a step has been applied anywhere, it is never edited: a change is a new step.
public struct Migration: Sendable {
  public let version: Int
  public let name: String
  /// SQL statements, separated by semicolons. They run in one transaction.
  public let script: String
  /// The tables of which the script changes types, drops columns or rewrites rows. Views, rules, triggers and policies
  /// that would be in the way are dropped before and created again after it (`ForeignObjects`). A view that the script
  /// drops itself is listed too.
  public let changedTables: [String]
  /// The indexes that the step adds beside its script. Their columns exist before the step. On a large table they are
  /// built without blocking writers, by `Database.upgrade` only.
  public let indexes: [MigrationIndex]
  /// Records what the script does to rows that were there before; nil if it changes none.
  public let audit: MigrationAudit?

  public init(
    version: Int, name: String, script: String, changing changedTables: [String] = [],
    adding indexes: [MigrationIndex] = [], audit: MigrationAudit? = nil
  ) {
    self.version = version
    self.name = name
    self.script = script
    self.changedTables = changedTables
    self.indexes = indexes
    self.audit = audit
  }

  /// The FNV-1a hash of script and indexes, 64 bits, in hexadecimal digits. It reveals a step that was edited after it was
  /// applied; it is no protection against malice (http://www.isthe.com/chongo/tech/comp/fnv/).
  public var checksum: String {
    let content = script + indexes.map { "\n\($0.definition)" }.joined()
    let hash = content.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }
}
