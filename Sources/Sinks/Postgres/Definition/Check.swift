/// A rule for the values of one column: `amount >= 0`, `rating between 0 and 5`, `status in ('active', 'inactive')`,
/// `length(title) > 0`, and several of them with `and`. It is read into values, and SQL is written from these: no text of a
/// definition becomes SQL. Null satisfies every rule, as in SQL.
struct Check: Equatable, Sendable {
  struct Condition: Equatable, Sendable {
    /// True if the rule is for the number of characters.
    let isOfLength: Bool
    let test: Test
  }

  enum Test: Equatable, Sendable {
    case compare(Comparison, ColumnValue)
    /// Both bounds are allowed.
    case between(ColumnValue, ColumnValue)
    case isIn([ColumnValue], isNegated: Bool)
  }

  enum Comparison: String, CaseIterable, Sendable {
    case equal = "="
    case different = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  let conditions: [Condition]
  /// The rule as the definition has it.
  let text: String

  /// - Returns: true if the value satisfies the rule.
  func accepts(_ value: ColumnValue) -> Bool {
    if case .null = value { return true }
    return conditions.allSatisfy { condition in
      guard condition.isOfLength else { return condition.test.accepts(value) }
      guard case .text(let text) = value else { return true }
      return condition.test.accepts(.integer(text.unicodeScalars.count))
    }
  }

  /// Returns the rule as SQL.
  func sql(for column: String, _ type: ColumnType) -> String {
    conditions.map { condition in
      let operand = condition.isOfLength ? "char_length(\(SQL.quoted(column)))" : SQL.quoted(column)
      let type = condition.isOfLength ? .integer : type
      switch condition.test {
      case .compare(let comparison, let value): return "\(operand) \(comparison.rawValue) \(value.literal(type))"
      case .between(let low, let high): return "\(operand) between \(low.literal(type)) and \(high.literal(type))"
      case .isIn(let values, let isNegated):
        let list = values.map { $0.literal(type) }.joined(separator: ", ")
        return "\(operand) \(isNegated ? "not in" : "in") (\(list))"
      }
    }.joined(separator: " and ")
  }
}

extension Check.Test {
  fileprivate func accepts(_ value: ColumnValue) -> Bool {
    switch self {
    case .compare(let comparison, let other): comparison.accepts(value.compared(to: other))
    case .between(let low, let high): value.compared(to: low) >= 0 && value.compared(to: high) <= 0
    case .isIn(let values, let isNegated): values.contains { value.compared(to: $0) == 0 } != isNegated
    }
  }
}

extension Check.Comparison {
  fileprivate func accepts(_ order: Int) -> Bool {
    switch self {
    case .equal: order == 0
    case .different: order != 0
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    }
  }
}
