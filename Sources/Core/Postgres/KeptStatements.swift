import CPostgres

/// The statements that a session has prepared, by their texts. The server parses each once.
struct KeptStatements {
  private struct Statement {
    let name: String
    let types: [Oid]
  }

  private var known: [String: Statement] = [:]
  private var count = 0
  /// The most that are kept. Further ones are sent as ever: a client that varies its requests takes no more memory of the
  /// server.
  let most: Int

  /// The errors of a server that does not know a kept statement, has another of its name, or could give it other columns than
  /// before.
  static let states = ["26000", "42P05", "0A000"]

  init(most: Int) { self.most = most }

  /// Returns the name under which the server has a statement; nil if it has it not, or with values of other types.
  func name(of sql: String, _ types: [Oid]) -> String? {
    guard let statement = known[sql], statement.types == types else { return nil }
    return statement.name
  }

  /// Returns the name under which the server shall keep a statement; nil if it shall not.
  mutating func nameToKeep(_ sql: String) -> String? {
    guard known.count < most, known[sql] == nil else { return nil }
    count += 1
    return "kept_\(count)"
  }

  /// Notes that the server has a statement.
  mutating func keep(_ sql: String, _ types: [Oid], as name: String) {
    known[sql] = Statement(name: name, types: types)
  }
}
