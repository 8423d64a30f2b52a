/// A numbered step of the schema. Once a step has been applied anywhere, it is never edited: a change is a new step.
public struct Migration: Sendable {
  public let version: Int
  public let name: String
  /// SQL statements, separated by semicolons. They run in one transaction.
  public let script: String

  public init(version: Int, name: String, script: String) {
    self.version = version
    self.name = name
    self.script = script
  }

  /// The script's FNV-1a hash, 64 bits, in hexadecimal digits. It reveals a step that was edited after it was applied;
  /// it is no protection against malice (http://www.isthe.com/chongo/tech/comp/fnv/).
  public var checksum: String {
    let hash = script.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }
}
