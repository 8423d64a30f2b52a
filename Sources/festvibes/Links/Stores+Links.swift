import Contracts
import Ledger
import Time

extension Stores {
  /// Opens the database for the links of its entities. A first comparison of thousands takes a while.
  func linking<Value>(_ work: (Database, Deadline) throws -> Value) throws -> Value {
    try loading("festvibes-links", within: .seconds(600)) { try work($0.database, $1) }
  }
}
