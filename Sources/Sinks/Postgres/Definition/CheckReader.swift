import JSON

/// Reads a check's text.
struct CheckReader {
  /// The grammar, for messages.
  static let allowed = """
    a rule on the column itself, such as amount >= 0, rating between 0 and 5, status in ('a', 'b') or length(title) > 0; \
    several joined by and
    """

  private enum Token: Equatable {
    case word(String)
    case number(String)
    case text(String)
    case symbol(String)
  }

  private let column: String
  private let type: ColumnType
  private var tokens: ArraySlice<Token> = []

  /// - Returns: nil if the text is not of the grammar, or does not fit the column's type.
  static func read(_ text: String, of column: String, _ type: ColumnType) -> Check? {
    guard text.utf8.count <= 2000, let tokens = tokens(text) else { return nil }
    var reader = CheckReader(column: column, type: type, tokens: tokens[...])
    var conditions: [Check.Condition] = []
    repeat {
      guard let condition = reader.condition() else { return nil }
      conditions.append(condition)
    } while reader.take(word: "and")
    return reader.tokens.isEmpty ? Check(conditions: conditions, text: text) : nil
  }

  private mutating func condition() -> Check.Condition? {
    var isOfLength = false
    if tokens.starts(with: [.word("length"), .symbol("(")]) {
      tokens = tokens.dropFirst(2)
      isOfLength = true
    }
    guard case .word(column)? = tokens.popFirst() else { return nil }
    if isOfLength {
      guard case .text = type, tokens.popFirst() == .symbol(")") else { return nil }
    }
    guard let test = test(isOfLength ? .integer : type) else { return nil }
    return Check.Condition(isOfLength: isOfLength, test: test)
  }

  private mutating func test(_ type: ColumnType) -> Check.Test? {
    let isNegated = take(word: "not")
    if take(word: "in") {
      guard tokens.popFirst() == .symbol("(") else { return nil }
      var values: [ColumnValue] = []
      repeat {
        guard let value = value(type) else { return nil }
        values.append(value)
      } while take(symbol: ",")
      return tokens.popFirst() == .symbol(")") ? .isIn(values, isNegated: isNegated) : nil
    }
    guard !isNegated else { return nil }
    if take(word: "between") {
      guard type.isOrdered, let low = value(type), take(word: "and"), let high = value(type) else { return nil }
      return .between(low, high)
    }
    guard case .symbol(let symbol)? = tokens.popFirst(),
      let comparison = Check.Comparison(rawValue: symbol == "!=" ? "<>" : symbol),
      // The order of texts depends on the server's collation.
      type.isOrdered || comparison == .equal || comparison == .different, let value = value(type)
    else { return nil }
    return .compare(comparison, value)
  }

  private mutating func value(_ type: ColumnType) -> ColumnValue? {
    switch (tokens.popFirst(), type) {
    case (.number(let text)?, .integer), (.number(let text)?, .numeric), (.number(let text)?, .double):
      return DecimalNumber(text).map { .decimal($0) }
    case (.text(let text)?, .text): return .text(text)
    case (.text(let text)?, .date), (.text(let text)?, .timestamptz):
      return try? ValueReader.read(.string(text), as: type, field: column)
    default: return nil
    }
  }

  private mutating func take(word: String) -> Bool { take(.word(word)) }
  private mutating func take(symbol: String) -> Bool { take(.symbol(symbol)) }

  private mutating func take(_ token: Token) -> Bool {
    guard tokens.first == token else { return false }
    tokens.removeFirst()
    return true
  }

  // MARK: Tokens

  private static func tokens(_ text: String) -> [Token]? {
    var rest = Array(text.utf8)[...]
    var tokens: [Token] = []
    while let first = rest.first {
      switch first {
      case UInt8(ascii: " "): rest.removeFirst()
      case UInt8(ascii: "'"):
        guard let content = quotedText(&rest) else { return nil }
        tokens.append(.text(content))
      case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","):
        tokens.append(.symbol(String(UnicodeScalar(first))))
        rest.removeFirst()
      case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="), UInt8(ascii: "!"):
        tokens.append(.symbol(take(&rest) { "<>=!".utf8.contains($0) }))
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
        tokens.append(.number(take(&rest) { "0123456789.-".utf8.contains($0) }))
      default:
        let word = take(&rest) { 0x30...0x39 ~= $0 || 0x41...0x5A ~= $0 || 0x61...0x7A ~= $0 || $0 == 0x5F }
        guard !word.isEmpty else { return nil }
        tokens.append(.word(word))
      }
    }
    return tokens
  }

  private static func take(_ rest: inout ArraySlice<UInt8>, while isPart: (UInt8) -> Bool) -> String {
    let part = rest.prefix(while: isPart)
    rest = rest.dropFirst(part.count)
    return String(decoding: part, as: UTF8.self)
  }

  /// Reads a text in apostrophes, in which two stand for one.
  private static func quotedText(_ rest: inout ArraySlice<UInt8>) -> String? {
    rest.removeFirst()
    var content: [UInt8] = []
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "'") else {
        guard byte != 0 else { return nil }
        content.append(byte)
        continue
      }
      guard rest.first == UInt8(ascii: "'") else { return String(decoding: content, as: UTF8.self) }
      content.append(byte)
      rest.removeFirst()
    }
    return nil
  }
}

extension ColumnType {
  /// True if `<` and `between` mean the same everywhere.
  fileprivate var isOrdered: Bool {
    switch self {
    case .integer, .numeric, .double, .date, .timestamptz: true
    case .text, .boolean, .jsonb, .texts: false
    }
  }
}
