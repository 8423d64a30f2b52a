import DynamoDB

/// A condition on an item, with the parts of DynamoDB's grammar that the sink uses. Names stand for attributes by `#name` only,
/// since a name may be a reserved word.
struct TableCondition {
  private let names: [String: String]
  private let values: DynamoDBClient.Item
  private let tokens: [String]

  init(_ expression: String, _ names: [String: String], _ values: DynamoDBClient.Item) {
    self.names = names
    self.values = values
    var text = expression
    for mark in ["(", ")", ","] { text = text.replacing(mark, with: " \(mark) ") }
    tokens = text.split(separator: " ").map(String.init)
  }

  func holds(for item: DynamoDBClient.Item?) -> Bool {
    var reader = Reader(condition: self, item: item ?? [:])
    let result = reader.alternatives()
    precondition(reader.index == tokens.count, "the condition is not understood: \(tokens)")
    return result
  }

  private struct Reader {
    let condition: TableCondition
    let item: DynamoDBClient.Item
    var index = 0

    private var next: String? { index < condition.tokens.count ? condition.tokens[index] : nil }

    private mutating func take() -> String {
      defer { index += 1 }
      return next ?? ""
    }

    private mutating func takes(_ token: String) -> Bool {
      guard next == token else { return false }
      index += 1
      return true
    }

    mutating func alternatives() -> Bool {
      var result = conjunction()
      while takes("OR") { result = conjunction() || result }
      return result
    }

    private mutating func conjunction() -> Bool {
      var result = term()
      while takes("AND") { result = term() && result }
      return result
    }

    private mutating func term() -> Bool {
      if takes("NOT") { return !term() }
      if takes("(") {
        defer { index += 1 }
        return alternatives()
      }
      switch next {
      case "attribute_exists", "attribute_not_exists", "attribute_type":
        let function = take()
        let arguments = list()
        let value = attribute(arguments[0])
        if function == "attribute_type" {
          return value.map(Self.type) == condition.values[arguments[1]].flatMap(Self.text)
        }
        return (value != nil) == (function == "attribute_exists")
      default: return comparison()
      }
    }

    private mutating func comparison() -> Bool {
      let left = attribute(take())
      let operation = take()
      if operation == "IN" { return list().contains { condition.values[$0] == left && left != nil } }
      guard let right = condition.values[take()], let left else { return false }
      switch (left, right) {
      case (.text(let left), .text(let right)):
        return Self.compare(Array(left.utf8), operation, Array(right.utf8)) { $0.lexicographicallyPrecedes($1) }
      case (.number(let left), .number(let right)):
        return Self.compare(Double(left) ?? .nan, operation, Double(right) ?? .nan, <)
      default: return false
      }
    }

    private mutating func list() -> [String] {
      var elements: [String] = []
      precondition(take() == "(")
      while !takes(")") { if !takes(",") { elements.append(take()) } }
      return elements
    }

    private func attribute(_ name: String) -> DynamoDBValue? {
      guard let attribute = condition.names[name] else { preconditionFailure("\(name) stands for no attribute") }
      return item[attribute]
    }

    private static func compare<Value: Equatable>(
      _ left: Value, _ operation: String, _ right: Value, _ precedes: (Value, Value) -> Bool
    ) -> Bool {
      switch operation {
      case "=": left == right
      case "<": precedes(left, right)
      case "<=": left == right || precedes(left, right)
      default: preconditionFailure("\(operation) is not understood")
      }
    }

    private static func type(_ value: DynamoDBValue) -> String {
      switch value {
      case .text: "S"
      case .number: "N"
      case .flag: "BOOL"
      case .null: "NULL"
      case .list: "L"
      case .map: "M"
      case .other: "B"
      }
    }

    private static func text(_ value: DynamoDBValue) -> String? {
      if case .text(let text) = value { return text }
      return nil
    }
  }
}
