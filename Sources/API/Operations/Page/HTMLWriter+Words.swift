import APIHTML

extension HTMLWriter {
  /// Adds a command of the shell. A line breaks between its words alone, and its letters stand in the order in which
  /// they are pasted.
  mutating func command(_ command: String) {
    element("code", ["dir": "ltr"]) { page in
      for (place, word) in command.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
        if place > 0 { page.text(" ") }
        // A browser would break a line after a hyphen.
        if word.contains("-") { page.element("span", String(word)) } else { page.text(String(word)) }
      }
    }
  }

  /// Adds a name, whose line may break after each underscore.
  mutating func name(_ name: String) {
    for (place, part) in name.split(separator: "_", omittingEmptySubsequences: false).enumerated() {
      if place > 0 {
        text("_")
        void("wbr", [:])
      }
      text(String(part))
    }
  }
}
