/// The type of a column, as a definition names it.
enum ColumnType: Hashable, Sendable {
  /// A text of at most `maximum` characters; nil for any length.
  case text(maximum: Int?)
  /// 64 bits.
  case integer
  /// A decimal number. A nil precision is any number of digits.
  case numeric(precision: Int?, scale: Int)
  case double
  case boolean
  case date
  case timestamptz
  case jsonb
  case texts

  /// The names in a definition, for messages.
  static let names =
    "text, integer, numeric, numeric(precision,scale) (between braces in quotation marks), double, boolean, date, "
    + "timestamptz, jsonb, text[]"

  /// Reads the name in a definition; nil if there is no such type.
  init?(_ name: String) {
    switch name {
    case "text": self = .text(maximum: nil)
    case "integer": self = .integer
    case "numeric": self = .numeric(precision: nil, scale: 0)
    case "double": self = .double
    case "boolean": self = .boolean
    case "date": self = .date
    case "timestamptz": self = .timestamptz
    case "jsonb": self = .jsonb
    case "text[]": self = .texts
    default:
      guard let numbers = Self.arguments(of: name, "numeric"), (1...2).contains(numbers.count),
        (1...1000).contains(numbers[0]), numbers.count == 1 || numbers[1] <= numbers[0]
      else { return nil }
      self = .numeric(precision: numbers[0], scale: numbers.count == 2 ? numbers[1] : 0)
    }
  }

  /// Reads the server's name, as `format_type` writes it; nil for a type that no definition can name.
  init?(catalog name: String) {
    switch name {
    case "character varying": self = .text(maximum: nil)
    case "bigint": self = .integer
    case "double precision": self = .double
    case "timestamp with time zone": self = .timestamptz
    default:
      if let numbers = Self.arguments(of: name, "character varying"), numbers.count == 1 {
        self = .text(maximum: numbers[0])
      } else if name != "integer", name != "double", let type = Self(name) {
        self = type
      } else {
        return nil
      }
    }
  }

  /// Reads `name(1,2)`; nil if the text is of another form.
  private static func arguments(of text: String, _ name: String) -> [Int]? {
    guard text.hasPrefix("\(name)("), text.hasSuffix(")") else { return nil }
    let parts = text.dropFirst(name.count + 1).dropLast().split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      let digits = part.drop { $0 == " " }
      return digits.utf8.count <= 9 && digits.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Int(digits) : nil
    }
    return numbers.count == parts.count ? numbers : nil
  }

  /// The type's name on the server.
  var sql: String {
    switch self {
    case .text(let maximum): maximum.map { "varchar(\($0))" } ?? "text"
    case .integer: "bigint"
    case .numeric(let precision, let scale): precision.map { "numeric(\($0),\(scale))" } ?? "numeric"
    case .double: "double precision"
    case .boolean: "boolean"
    case .date: "date"
    case .timestamptz: "timestamptz"
    case .jsonb: "jsonb"
    case .texts: "text[]"
    }
  }

  /// True if values can be compared for equality without surprises, so that a key may have the type.
  var isKeyType: Bool {
    switch self {
    case .text, .integer, .numeric, .boolean, .date, .timestamptz: true
    case .double, .jsonb, .texts: false
    }
  }
}

extension ColumnType {
  /// The way in which the server changes a column to a wider type.
  enum Widening: Equatable {
    case same
    /// Only the catalog changes.
    case inPlace
    /// Every row is written again.
    case rewriting
  }

  /// Returns how a column of this type becomes one of another type that holds every value; nil if it does not.
  func widening(to wider: ColumnType) -> Widening? {
    guard self != wider else { return .same }
    switch (self, wider) {
    case (.text(let maximum?), .text(let longer)): return longer.map { $0 > maximum } ?? true ? .inPlace : nil
    case (.integer, .numeric(let precision, let scale)):
      return precision.map { $0 - scale >= 19 } ?? true ? .rewriting : nil
    case (.numeric, .numeric(nil, _)): return .inPlace
    case (.numeric(let precision?, let scale), .numeric(let wider?, let finer)):
      guard finer >= scale, wider - finer >= precision - scale else { return nil }
      return finer == scale ? .inPlace : .rewriting
    case (.integer, .text(nil)), (.numeric, .text(nil)), (.boolean, .text(nil)): return .rewriting
    default: return nil
    }
  }
}
