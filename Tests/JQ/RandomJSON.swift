import JSON

/// Random JSON values, small ones with the same few names and many odd numbers and texts.
enum RandomJSON {
  static let names = ["a", "b", "a b", "é", ""]
  private static let texts = [
    "", "a", "x y", "é😀", "\u{0}", "\"\\", "12", "null", "\u{FFFD}", "long text of more than fifteen bytes",
  ]
  private static let numbers = [
    "0", "-0", "1", "-1", "2", "1.5", "1e3", "1.10", "9007199254740992", "9007199254740993",
    "123456789012345678901234567890",
    "1e400", "-1e-400", "0.1", "20039087.0",
  ]

  static func value(using random: inout some RandomNumberGenerator, depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 5), using: &random) {
    case 0: return nil
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .number(JSONNumber(numbers.randomElement(using: &random) ?? "0") ?? JSONNumber(0))
    case 3: return .number(JSONNumber(Int.random(in: -3...3, using: &random)))
    case 4: return .string(texts.randomElement(using: &random) ?? "")
    case 5, 6:
      return .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(using: &random, depth: depth - 1) })
    default:
      return .object(
        JSONObject(
          (0..<Int.random(in: 0...3, using: &random)).map { _ in
            (names.randomElement(using: &random) ?? "", value(using: &random, depth: depth - 1))
          }))
    }
  }

  /// A random path, with steps that jq 1.6 accepts.
  static func path(using random: inout some RandomNumberGenerator) -> String {
    var path = ""
    for index in 0..<Int.random(in: 0...4, using: &random) {
      let first = index == 0
      switch Int.random(in: 0..<7, using: &random) {
      case 0: path += ".a"
      case 1: path += ".b"
      case 2: path += ".\"a b\""
      case 3: path += (first ? "." : "") + "[\"\(names.randomElement(using: &random) ?? "")\"]"
      case 4: path += (first ? "." : "") + "[\(Int.random(in: -3...3, using: &random))]"
      default: path += (first ? "." : "") + "[]"
      }
      if Int.random(in: 0..<3, using: &random) == 0 { path += "?" }
    }
    return path.isEmpty ? "." : path
  }
}
