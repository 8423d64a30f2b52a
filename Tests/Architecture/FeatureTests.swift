import Foundation
import TestSupport
import Testing

/// The features F01 to F66 of the five reference systems. A test that proves one has its number at the end of its name.
@Suite("Features of the reference systems")
struct FeatureTests {
  private static let features = Set((1...66).map { $0 < 10 ? "F0\($0)" : "F\($0)" })

  @Test("Every feature is named by a test")
  func complete() throws {
    var named = Self.planted(in: try SourceFiles.text(of: ".ci/lint-selftest"))
    #expect(named.isSuperset(of: ["F65", "F66"]), "make lint-selftest proves CI and the scan for secrets")
    for file in try SourceFiles.swift(below: "Tests") {
      let found = Self.named(in: file.text)
      #expect(found.isSubset(of: Self.features), "\(file.path)")
      named.formUnion(found)
    }
    #expect(Self.features.subtracting(named).sorted() == [], "no test names them")
  }

  @Test("Only the end of a test's name counts, and no other text")
  func names() {
    let at = "@"
    let text = """
      \(at)Test("a (F01)")
        \(at)Test(
          "b: \\"quoted\\" (F02, F03)", arguments: ["c (F04)"])
      \(at)Suite("d (F05)", .serialized)
      /// (F06)
      let text = "e (F07)"
      \(at)Test("f (F08) g", arguments: ["h (F09)"])
      \(at)Test("i F10")
      """
    #expect(Self.named(in: text) == ["F01", "F02", "F03", "F05"])
    #expect(Self.planted(in: "plant a \"b's (F01)\" 'c (F02)'\n# (F03)\nplant d 'e (F04)' f\n") == ["F01", "F04"])
  }

  /// Returns the features in the names of tests and suites.
  private static func named(in text: String) -> Set<String> {
    var features: Set<String> = []
    var isNameNext = false
    // As bytes: in a debug build characters take a minute.
    for line in text.utf8.split(separator: 0x0A) {
      let code = line.drop { $0 == 0x20 }
      let isName = isNameNext || code.starts(with: "@Test(\"".utf8) || code.starts(with: "@Suite(\"".utf8)
      isNameNext = code.elementsEqual("@Test(".utf8) || code.elementsEqual("@Suite(".utf8)
      guard isName, let name = String(code) else { continue }
      let match = name.prefixMatch(of: /(?:@[A-Za-z]+\()?"(?:[^"\\]|\\.)* \((F[0-9]{2}(?:, F[0-9]{2})*)\)"/)
      if let match { features.formUnion(match.output.1.split(separator: ", ").map(String.init)) }
    }
    return features
  }

  /// Returns the features in the names of the faults that `make lint-selftest` plants.
  private static func planted(in script: String) -> Set<String> {
    let names = script.matches(
      of: #/(?m)^plant [a-z-]+ (?:'[^'\n]* |"[^"\n]* )\((F[0-9]{2}(?:, F[0-9]{2})*)\)['"] /#)
    return Set(names.flatMap { $0.output.1.split(separator: ", ").map(String.init) })
  }
}
