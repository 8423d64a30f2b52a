extension String {
  /// Compares with another text; the ASCII letters compare without regard to case, all other bytes exactly.
  public func equalsIgnoringASCIICase(_ other: String) -> Bool {
    utf8.count == other.utf8.count
      && zip(utf8, other.utf8).allSatisfy { $0 == $1 || $0.asciiLowercased == $1.asciiLowercased }
  }
}

extension Int {
  /// Reads a number that consists of ASCII digits only: no sign, no space. Nil for other texts and on overflow.
  @inlinable public init?(digits text: some StringProtocol) {
    guard text.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
    self.init(text)
  }
}
