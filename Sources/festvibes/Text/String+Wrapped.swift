extension String {
  /// Returns the text as indented lines that are broken at spaces; no line for an empty text.
  /// - Parameter width: the terminal's width; nil for one line.
  func wrapped(indent: Int, width: Int?) -> [String] {
    guard !isEmpty else { return [] }
    let limit = Swift.max(20, (width ?? .max) - indent)
    var lines = [""]
    for word in split(separator: " ").map(String.init) {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = word
      } else if TextWidth.of(last) + 1 + TextWidth.of(word) <= limit {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(word)
      }
    }
    return lines.map { String(repeating: " ", count: indent) + $0 }
  }
}
