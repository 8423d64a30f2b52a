/// A part of a session.
enum Segment: String, CaseIterable {
  case warmUp = "warm_up"
  case a = "segment_a"
  case b = "segment_b"
  case c = "segment_c"
  case d = "segment_d"
  case e = "segment_e"
  case f = "segment_f"
  /// The lines before the first other one.
  case notes

  private static let letters: [Segment] = [.a, .b, .c, .d, .e, .f]

  /// - Parameter line: one whose white space was collapsed.
  /// - Returns: nil for a line that is no header: `A.`, `A)`, `A:`, `Suggested Warm-Up`, `Warm Up:`.
  init?(header line: String) {
    let text = line.lowercased()
    let bytes = Array(text.utf8)
    if bytes.count == 2, (0x61...0x66).contains(bytes[0]), ".):".utf8.contains(bytes[1]) {
      self = Self.letters[Int(bytes[0] - 0x61)]
      return
    }
    var name = text.unicodeScalars[...]
    if name.last == ":" { name = name.dropLast() }
    let letters = String(String.UnicodeScalarView(name.filter { $0 != " " && !$0.isDash }))
    guard ["warmup", "suggestedwarmup"].contains(letters) else { return nil }
    self = .warmUp
  }
}
