import Foundation
import TestSupport
import Testing

/// Rules of .github/CONTRIBUTING.md that a program can check.
@Suite("Style")
struct StyleTests {
  @Test(
    "A doc comment begins with a noun or a verb, not with a question word or 'Of'", arguments: ["Sources", "Tests"])
  func docComments(folder: String) throws {
    let openers: Set = [
      "What", "Whether", "Of", "Who", "Whoever", "Whose", "How", "When", "Where", "Why", "Whatever", "However", "That",
    ]
    for file in try SourceFiles.swift(below: folder) {
      var isInComment = false
      // As bytes: in a debug build characters take a minute.
      for (index, line) in file.text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
        let text = line.drop { $0 == 0x20 }
        let isComment = text.starts(with: "///".utf8)
        defer { isInComment = isComment }
        guard isComment, !isInComment, let words = String(text.dropFirst(3)) else { continue }
        let opener = String(words.drop { $0 == " " }.prefix { $0.isLetter })
        if openers.contains(opener) { Issue.record("\(file.path):\(index + 1): ///\(words)") }
      }
    }
  }

  @Test("No file of Sources that a person writes is longer than 250 lines")
  func length() throws {
    for file in try SourceFiles.swift(below: "Sources") where !file.text.hasPrefix("// `make schema-docs` writes") {
      let count = file.text.utf8.split(separator: 0x0A).count
      #expect(count <= 250, "\(file.path)")
    }
  }
}
