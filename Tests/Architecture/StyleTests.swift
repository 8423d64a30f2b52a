import Foundation
import TestSupport
import Testing

/// Rules of .github/CONTRIBUTING.md that a program can check.
@Suite("Style")
struct StyleTests {
  @Test("A doc comment begins with a noun or a verb, not with a question word or 'Of'", arguments: ["Sources", "Tests"])
  func docComments(folder: String) throws {
    let opener = /^\s*\/\/\/ (What|Whether|Of|Who|Whoever|Whose|How|When|Where|Why|Whatever|However|That)\b/
    for file in try SourceFiles.swift(below: folder) {
      let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated() where line.contains(opener) {
        let isFirst = index == 0 || !lines[index - 1].drop { $0 == " " }.hasPrefix("///")
        if isFirst { Issue.record("\(file.path):\(index + 1): \(line)") }
      }
    }
  }

  @Test("No file of Sources is longer than 250 lines")
  func length() throws {
    for file in try SourceFiles.swift(below: "Sources") {
      let count = file.text.split(separator: "\n").count
      #expect(count <= 250, "\(file.path)")
    }
  }
}
