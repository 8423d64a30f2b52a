import DynamoDB
import JSON

/// Values as DynamoDB's conditions compare them: texts by their bytes, numbers by their value, and neither with the other.
extension DynamoDBValue {
  enum Comparison {
    case less, equal, greater
  }

  /// - Returns: nil for values that cannot be compared.
  func compared(to other: DynamoDBValue?) -> Comparison? {
    switch (self, other) {
    case (.text(let left), .text(let right)?):
      if left.utf8.elementsEqual(right.utf8) { return .equal }
      return left.utf8.lexicographicallyPrecedes(right.utf8) ? .less : .greater
    case (.number(let left), .number(let right)?):
      guard let left = DecimalNumber(left), let right = DecimalNumber(right) else { return nil }
      if left == right { return .equal }
      return left < right ? .less : .greater
    default: return nil
    }
  }

  func isSame(as other: DynamoDBValue?) -> Bool { compared(to: other) == .equal }

  /// The type of a value that can be in an order, as `attribute_type` has it.
  var type: String { if case .number = self { "N" } else { "S" } }

  /// The value for a person, in one line.
  var shown: String {
    switch self {
    case .text(let text): text
    case .number(let number): number
    case .flag(let flag): "\(flag)"
    case .null: "null"
    case .list(let elements): "[\(elements.map(\.shown).joined(separator: ", "))]"
    case .map(let members):
      "{\(members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.shown)" }.joined(separator: ", "))}"
    case .other: "a value of another type"
    }
  }
}
