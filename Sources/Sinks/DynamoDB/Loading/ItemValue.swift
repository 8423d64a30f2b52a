import DynamoDB
import JSON

/// The values of an item: from JSON, and as bytes for a digest.
enum ItemValue {
  /// Levels of lists and maps within each other, at most.
  private static let maximumDepth = 32
  /// Digits of a number at most.
  private static let maximumDigits = 38

  /// Converts a field's value.
  /// - Throws: a problem for a value that DynamoDB does not take.
  static func read(_ value: JSONValue, _ field: String, depth: Int = 0) throws(TableItem.Problem) -> DynamoDBValue {
    guard depth <= maximumDepth else {
      throw TableItem.Problem(text: "its field \(field.prefix(60)) is nested more than \(maximumDepth) levels deep")
    }
    switch value {
    case .null: return .null
    case .bool(let flag): return .flag(flag)
    case .string(let text): return .text(text)
    case .number(let number):
      guard let decimal = DecimalNumber(number), decimal.digits.count <= maximumDigits,
        decimal.digits.isEmpty || (1e-130..<9.99e125).contains(number.double.magnitude)
      else {
        throw TableItem.Problem(
          text: "its field \(field.prefix(60)) is \(number.text.prefix(60)): a number of DynamoDB has at most "
            + "\(maximumDigits) digits, and is between 1e-130 and 1e126")
      }
      return .number(number.text)
    case .array(let elements):
      var list: [DynamoDBValue] = []
      for element in elements { list.append(try read(element, field, depth: depth + 1)) }
      return .list(list)
    case .object(let object):
      var map: [String: DynamoDBValue] = [:]
      for (name, value) in object.members {
        guard map.updateValue(try read(value, field, depth: depth + 1), forKey: name) == nil else {
          throw TableItem.Problem(
            text: "its field \(field.prefix(60)) has two members \(name.prefix(60)), spelled in two ways")
        }
      }
      return .map(map)
    }
  }

  /// Writes a value so that two values have the same bytes only if they are the same, in whatever order their members are.
  static func write(_ value: DynamoDBValue, into bytes: inout [UInt8]) {
    func write(_ kind: Unicode.Scalar, _ text: String) {
      bytes += "\(kind)\(text.utf8.count):\(text)".utf8
    }
    switch value {
    case .text(let text): write("S", text)
    case .number(let number): write("N", number)
    case .flag(let flag): write("B", flag ? "1" : "0")
    case .null, .other: write("0", "")
    case .list(let elements):
      write("L", "\(elements.count)")
      for element in elements { Self.write(element, into: &bytes) }
    case .map(let members):
      write("M", "\(members.count)")
      for (name, value) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
        write("K", name)
        Self.write(value, into: &bytes)
      }
    }
  }
}
