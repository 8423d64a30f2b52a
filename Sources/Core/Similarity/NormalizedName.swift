/// A name as system 001 compares it: in lower case, without a leading article, without a company's form at its end,
/// with spaces in the place of punctuation. Python's rules for cases, words and spaces decide, since its scores are
/// compared.
public struct NormalizedName: Sendable, Equatable {
  /// The text as scalars.
  public let scalars: [UInt32]
  /// The words in the order of their scalars, joined by one space. A word may be there twice.
  let sorted: [UInt32]
  /// The different words, in the order of their scalars.
  let tokens: [[UInt32]]
  /// True for an input without any character: its score is 0 with any other.
  public let isEmptyInput: Bool
  let bag: CharacterBag

  public init(_ text: String) {
    isEmptyInput = text.unicodeScalars.isEmpty
    scalars = Self.normalized(text)
    let words = scalars.split(separator: 0x20).map(Array.init)
    let inOrder = words.sorted { $0.lexicographicallyPrecedes($1) }
    sorted = Array(inOrder.joined(separator: CollectionOfOne(0x20)))
    var different: [[UInt32]] = []
    for word in inOrder where different.last != word { different.append(word) }
    tokens = different
    // A repeated word counts once for one of the scorers, so that the bag would be no bound.
    bag = CharacterBag(scalars, isComparable: different.count == words.count)
  }

  /// The normalized text.
  public var text: String {
    String(String.UnicodeScalarView(scalars.compactMap { Unicode.Scalar($0) }))
  }

  private static func normalized(_ text: String) -> [UInt32] {
    var rest = PythonText.lowercased(text)[...].trimmed
    rest = withoutArticle(rest)
    rest = withoutCompanyForm(rest)
    var result: [UInt32] = []
    result.reserveCapacity(rest.count)
    for scalar in rest {
      if PythonText.isWordCharacter(scalar) {
        result.append(scalar)
      } else if let last = result.last, last != 0x20 {
        result.append(0x20)
      }
    }
    if result.last == 0x20 { result.removeLast() }
    return result
  }

  /// `^(the|a|an)\s+`
  private static func withoutArticle(_ text: ArraySlice<UInt32>) -> ArraySlice<UInt32> {
    guard let end = text.firstIndex(where: PythonText.isSpace), articles.contains(Array(text[..<end])) else {
      return text
    }
    return text[end...].drop(while: PythonText.isSpace)
  }

  /// `\s+(inc|llc|ltd|corp|corporation)\.?$`
  private static func withoutCompanyForm(_ text: ArraySlice<UInt32>) -> ArraySlice<UInt32> {
    let end = text.last == 0x2E ? text.dropLast() : text
    guard let space = end.lastIndex(where: PythonText.isSpace), companyForms.contains(Array(end[(space + 1)...])) else {
      return text
    }
    return text[..<space].droppingLast(while: PythonText.isSpace)
  }

  private static let articles = Set(["the", "a", "an"].map(PythonText.scalars))
  private static let companyForms = Set(["inc", "llc", "ltd", "corp", "corporation"].map(PythonText.scalars))
}

extension ArraySlice<UInt32> {
  fileprivate var trimmed: ArraySlice<UInt32> {
    drop(while: PythonText.isSpace).droppingLast(while: PythonText.isSpace)
  }

  fileprivate func droppingLast(while isDropped: (UInt32) -> Bool) -> ArraySlice<UInt32> {
    self[..<(lastIndex { !isDropped($0) }.map { $0 + 1 } ?? startIndex)]
  }
}
