/// One numbered step of the schema. Once it has been applied anywhere it is never edited: a change is a new step.
struct Migration: Sendable {
  let version: Int
  let name: String
  let script: String

  /// Tells an edited step from the one that was applied: FNV-1a, 64 bits, in hexadecimal digits. It guards against
  /// mistakes, not against malice (http://www.isthe.com/chongo/tech/comp/fnv/).
  var checksum: String {
    let hash = script.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }

  /// All steps, in order.
  static let all = [conformSystem000, ledger, listingTimes]
}
