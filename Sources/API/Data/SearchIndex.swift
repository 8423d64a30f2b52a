import Text

extension ItemTable {
  /// The index of the search, by the texts that it has.
  enum SearchIndex: String {
    /// There is none.
    case missing
    /// The database's character type is C: only the letters of ASCII are letters to it.
    case ofASCII
    case ofAllLetters

    /// True if pg_trgm takes a character as a letter or a digit. It knows those of the server's C library, which may be of
    /// 2016 (Unicode 9); other numbers, such as ½ and ②, are neither. A character that the index has though this says
    /// false makes a search wait for others, no more.
    func has(_ scalar: Unicode.Scalar) -> Bool {
      if self == .missing { return false }
      guard !scalar.isASCII else { return UInt8(ascii: scalar).isASCIIAlphanumeric }
      guard self == .ofAllLetters, let age = scalar.properties.age, age.major <= 9 else { return false }
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
        return true
      default: return false
      }
    }
  }
}
