/// A phone's number in the form of E.164: `+15555550100`. It is personal data, which no text shows.
public struct PhoneNumber: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// For the request alone.
  let number: String

  /// - Returns: nil for another form.
  public init?(_ text: String) {
    let digits = text.utf8.dropFirst()
    guard text.utf8.first == UInt8(ascii: "+"), (7...15).contains(digits.count), digits.first != UInt8(ascii: "0"),
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    number = text
  }

  public var description: String { "a phone" }
  public var debugDescription: String { description }

  /// Returns a text in which nothing tells the number: services quote what they refuse.
  func hidden(in text: String) -> String {
    let digits = number.dropFirst()
    return text.replacing("%2B\(digits)", with: description).replacing(number, with: description)
      .replacing(digits, with: "…")
  }
}
