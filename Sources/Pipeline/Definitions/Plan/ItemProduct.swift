import Contracts

/// The combinations of the values of `kind: product`, the last parameter changing first.
enum ItemProduct {
  /// The longest id, so that the results of 366 items fit into a state of 256 KiB.
  static let maximumIDLength = 64
  /// Names that templates have for the parts of a date, and the one that `max_records` is given under.
  private static let reserved = ["YYYY", "YY", "MM", "DD", "id", "date", ItemPlan.recordLimitName]

  typealias Combination = (id: String, parameters: [(name: String, value: String)])

  static func combinations(of plan: Section) -> Result<[Combination], ItemPlan.Problem> {
    let values = plan.section("values") ?? Section()
    guard !values.keys.isEmpty else {
      return .failure(.init("values", "it is empty: kind product needs the values of each parameter"))
    }
    var combinations: [(words: [String], parameters: [(name: String, value: String)])] = [([], [])]
    for name in values.keys {
      if let problem = problem(of: name, values.texts(name)) { return .failure(problem) }
      let words = values.texts(name).map { ($0, word($0)) }
      guard combinations.count * words.count <= Limits.maximumItems else {
        return .failure(
          .init(
            "values", "they have more than \(Limits.maximumItems) combinations, the items of one run: make two datasets"
          ))
      }
      combinations = combinations.flatMap { combination in
        words.map { (combination.words + [$0.1], combination.parameters + [(name, $0.0)]) }
      }
    }
    return .success(combinations.map { (id($0.words), $0.parameters) })
  }

  private static func problem(of name: String, _ values: [String]) -> ItemPlan.Problem? {
    let key = "values.\(name)"
    guard !reserved.contains(name), name.unicodeScalars.allSatisfy({ $0.isInKeyAlphabet && $0 != "." && $0 != "-" })
    else {
      return .init(
        key, "a parameter's name has letters, digits and '_', and is none of \(reserved.joined(separator: ", "))")
    }
    guard !values.isEmpty else { return .init(key, "it is empty: give at least one value") }
    var known: [String: String] = [:]
    for value in values {
      let word = word(value)
      if let other = known.updateValue(value, forKey: word) {
        return .init(
          key,
          other == value ? "it has '\(value)' twice" : "'\(other)' and '\(value)' have the same id, \(word): rename one"
        )
      }
    }
    return nil
  }

  /// Returns the part of an id that stands for a value: `New Orleans` is `new-orleans`. It depends on nothing but the
  /// value, and has no `_`, which joins the parts: different words make different ids. Where characters are lost that are
  /// no separators, a checksum of the value keeps words apart.
  static func word(_ value: String) -> String {
    var word = ""
    var isLossy = false
    for scalar in value.unicodeScalars {
      switch scalar {
      case "a"..."z", "0"..."9", ".": word.unicodeScalars.append(scalar)
      case "A"..."Z": word += String(scalar).lowercased()
      default:
        if ![" ", "-", "_"].contains(scalar) { isLossy = true }
        if !word.isEmpty, word.last != "-" { word += "-" }
      }
    }
    if word.last == "-" { word.removeLast() }
    guard isLossy || word.isEmpty else { return word }
    return word.isEmpty ? checksum(value) : "\(word)-\(checksum(value))"
  }

  private static func id(_ words: [String]) -> String {
    let id = words.joined(separator: "_")
    guard id.utf8.count > maximumIDLength else { return id }
    let sum = checksum(id)
    return "\(id.prefix(maximumIDLength - sum.utf8.count - 1))-\(sum)"
  }

  /// FNV-1a of 32 bits in eight digits. It names things; nothing depends on its strength.
  private static func checksum(_ text: String) -> String {
    let sum = text.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
