/// Checks a filter's tokens, without libjq: its brackets are closed, so that it cannot reach beyond its place in the program
/// of all filters, and it names nothing that would make records depend on the process, the machine or the clock.
struct JQRules {
  /// The functions and words that filters may not use, with the reason.
  static let refused: [String: String] = {
    var reasons: [String: String] = [:]
    for name in ["env", "$ENV"] { reasons[name] = "a filter has no environment, which holds secrets" }
    for name in ["input", "inputs", "input_filename", "input_line_number"] {
      reasons[name] = "a filter has one input, which is `.`"
    }
    for name in ["import", "include", "module", "modulemeta", "get_search_list"] {
      reasons[name] = "a filter has no modules: define functions in it with def"
    }
    for name in ["debug", "stderr"] {
      reasons[name] = "a filter writes no messages: look at the output of festvibes try"
    }
    for name in ["halt", "halt_error"] { reasons[name] = "use error(\"…\") to reject a record, empty to drop it" }
    for name in ["now", "localtime", "strflocaltime"] {
      reasons[name] = "a replay must make the same records: use the plugin enrich with {read_at}"
    }
    reasons["fromstream"] = "its paths may need more memory than there is"
    return reasons
  }()

  private enum Bracket {
    case round, square, curly, text
    /// The bracket of `\(` in a text.
    case interpolation
  }

  private let bytes: [UInt8]
  private var index = 0
  private var brackets: [(kind: Bracket, start: Int)] = []
  /// True where a name is the name of an object's member.
  private var isKeyPlace = false

  private init(_ filter: String) { bytes = Array(filter.utf8) }

  /// Checks a filter.
  /// - Returns: the line of a problem, from 1, and the problem; nil if there is none.
  static func problem(of filter: String) -> (line: Int, text: String)? {
    var rules = JQRules(filter)
    guard let (place, text) = rules.problem() else { return nil }
    return (1 + rules.bytes[..<place].count { $0 == 0x0A }, text)
  }

  private mutating func problem() -> (place: Int, text: String)? {
    if bytes.contains(0) { return (0, "it has a NUL character") }
    var isEmpty = true
    while index < bytes.count {
      let start = index
      if brackets.last?.kind == .text {
        if let text = readText() { return (start, text) }
        continue
      }
      let isAfterKeyPlace = isKeyPlace
      switch bytes[index] {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      case UInt8(ascii: "#"):
        while index < bytes.count, bytes[index] != 0x0A { index += 1 }
        if bytes[index - 1] == UInt8(ascii: "\\") { return (start, "a comment ends with a backslash") }
      default:
        isEmpty = false
        isKeyPlace = false
        if let text = readToken(isKey: isAfterKeyPlace) { return (start, text) }
      }
    }
    if let open = brackets.last {
      return (open.start, open.kind == .text ? "a text in quotation marks has no end" : "a bracket is not closed")
    }
    return isEmpty ? (0, "it is empty") : nil
  }

  /// Reads on in a text, up to its end or to `\(`.
  private mutating func readText() -> String? {
    switch bytes[index] {
    case UInt8(ascii: "\""): brackets.removeLast()
    case UInt8(ascii: "\\"):
      index += 1
      if index < bytes.count, bytes[index] == UInt8(ascii: "(") { brackets.append((.interpolation, index)) }
    default: break
    }
    index += 1
    return nil
  }

  private mutating func readToken(isKey: Bool) -> String? {
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""): brackets.append((.text, index - 1))
    case UInt8(ascii: "("): brackets.append((.round, index - 1))
    case UInt8(ascii: "["): brackets.append((.square, index - 1))
    case UInt8(ascii: "{"):
      brackets.append((.curly, index - 1))
      isKeyPlace = true
    case UInt8(ascii: ","): isKeyPlace = brackets.last?.kind == .curly
    case UInt8(ascii: ")"): return close([.round, .interpolation])
    case UInt8(ascii: "]"): return close([.square])
    case UInt8(ascii: "}"): return close([.curly])
    case UInt8(ascii: "."), UInt8(ascii: "@"): skipName()
    case UInt8(ascii: "$"): return readVariable()
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      while index < bytes.count, isNamePart(bytes[index]) || bytes[index] == UInt8(ascii: ".") { index += 1 }
    case _ where isNamePart(byte):
      let start = index - 1
      skipName()
      let name = String(decoding: bytes[start..<index], as: UTF8.self)
      return isKey ? nil : Self.problem(ofName: name)
    case UInt8(ascii: ":") where index < bytes.count && bytes[index] == byte: return Self.problem(ofName: "import")
    default: break
    }
    return nil
  }

  private mutating func close(_ kinds: [Bracket]) -> String? {
    guard let last = brackets.last, kinds.contains(last.kind) else { return "a bracket is closed that is not open" }
    brackets.removeLast()
    return nil
  }

  private mutating func readVariable() -> String? {
    while index < bytes.count, bytes[index] <= 0x20 { index += 1 }
    let start = index
    skipName()
    return Self.problem(ofName: "$" + String(decoding: bytes[start..<index], as: UTF8.self))
  }

  private static func problem(ofName name: String) -> String? {
    if let reason = refused[name] { return "\(name) is not available: \(reason)" }
    if name.hasPrefix("__") || name.hasPrefix("$__") { return "\(name) is not available: names with __ are jq's own" }
    return nil
  }

  private mutating func skipName() {
    while index < bytes.count, isNamePart(bytes[index]) { index += 1 }
  }

  private func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
