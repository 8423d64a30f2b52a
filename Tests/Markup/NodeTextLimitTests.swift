import Markup
import Testing

struct NodeTextLimitTests {
  @Test("A text within the limit is whole")
  func whole() throws {
    let node = try makeNode("<div id=x>Big <p>Al</div>")
    #expect(node.text(maximumBytes: 6) == ("Big Al", false))
    #expect(node.lines(maximumBytes: 6) == (["Big", "Al"], false))
    #expect(node.lines(maximumBytes: .max) == (["Big", "Al"], false))
  }

  @Test(
    "A longer text ends between two characters and without a space",
    arguments: [
      (5, "Big A"), (4, "Big"), (3, "Big"), (1, "B"), (0, ""), (-1, ""), (7, "Big Al"), (8, "Big Al"), (9, "Big Al"),
    ])
  func cut(limit: Int, expected: String) throws {
    let node = try makeNode("<div id=x>Big <p>Al<br>👩🏽‍🎤 sings</div>")
    #expect(node.text(maximumBytes: limit) == (expected, true))
    #expect(node.lines(maximumBytes: limit).lines.joined(separator: " ") == expected)
  }

  @Test("An accent stays with its letter", arguments: 0...12)
  func accent(limit: Int) throws {
    let node = try makeNode("<p id=x>cafe\u{301} noir</p>")
    let (text, isCut) = node.text(maximumBytes: limit)
    #expect("cafe\u{301} noir".hasPrefix(text) && text.utf8.count <= limit)
    #expect(isCut == (limit < 11))
  }

  @Test("A letter with thousands of marks is cut too")
  func marks() throws {
    let node = try makeNode("<p id=x>a\(String(repeating: "\u{301}", count: 5000))</p>")
    let (text, isCut) = node.text(maximumBytes: 501)
    #expect(text.utf8.count == 501 && isCut)
  }

  @Test("Lines of one byte are counted with their separators")
  func manyLines() throws {
    let node = try makeNode("<div id=x>\(String(repeating: "a<br>", count: 1000))</div>")
    let (lines, isCut) = node.lines(maximumBytes: 21)
    #expect(lines.count == 11 && isCut)
    #expect(node.text(maximumBytes: 1999).isCut == false)
  }
}
