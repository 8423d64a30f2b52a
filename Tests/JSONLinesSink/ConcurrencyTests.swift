import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import JSONLinesSink

@Suite("Loads at the same time")
struct ConcurrencyTests {
  /// Two versions of a post, or of posts, and what is stored before them.
  struct Race: CustomTestStringConvertible, Sendable {
    let name: String
    var before: [TestSession] = []
    let first: [TestSession]
    let second: [TestSession]

    var testDescription: String { name }
  }

  static let races = [
    Race(name: "the same document", first: TestSession.week(4...8), second: TestSession.week(4...8)),
    Race(
      name: "the same move", before: TestSession.week(4...8), first: TestSession.week(5...9, edit: 2),
      second: TestSession.week(5...9, edit: 2)),
    Race(
      name: "an edit beside a later one", before: TestSession.week(4...8),
      first: TestSession.week(4...8, text: "Row", edit: 2), second: TestSession.week(4...8, text: "Run", edit: 3)),
    Race(
      name: "an edit beside a later one that takes it back", before: TestSession.week(4...8),
      first: TestSession.week(4...8, text: "Row", edit: 2), second: TestSession.week(4...8, edit: 3)),
    Race(
      name: "a move beside a later edit that stays", before: TestSession.week(4...8),
      first: TestSession.week(5...9, edit: 2), second: TestSession.week(4...8, edit: 3)),
    Race(
      name: "two moves", before: TestSession.week(4...8), first: TestSession.week(5...9, edit: 2),
      second: TestSession.week(6...10, edit: 3)),
    Race(
      name: "two posts of one week", first: TestSession.week(4...8, edit: 2),
      second: TestSession.week(4...8, of: 8, text: "Row", edit: 3)),
  ]

  /// Runs one load within another one, before each of its calls.
  static func interleave(_ before: [TestSession], _ outer: [TestSession], _ inner: [TestSession]) throws -> [String] {
    let (late, newer) = isLater(outer, inner) ? (inner, outer) : (outer, inner)
    let ordered = MemoryLines()
    for sessions in [before, late, newer] where !sessions.isEmpty { try Bench(ordered).load(sessions) }
    var (problems, number) = ([String](), 0)
    while true {
      number += 1
      let bucket = MemoryLines()
      if !before.isEmpty { try Bench(bucket).load(before) }
      let between = InterferingLines(bucket, before: number) { try Bench(bucket).load(inner) }
      try Bench(bucket).load(outer, through: between)
      // Without the other load, these are all calls.
      if between.calls < number { break }
      if let failure = between.failure { problems.append("call \(number): \(failure)") }
      if bucket.files != ordered.files { problems.append("call \(number): \(says(bucket.files))") }
    }
    #expect(number > 4)
    return problems
  }

  private static func says(_ files: [String: String]) -> [String] {
    files.map { "\($0.key) \(["Squat", "Row", "Run"].filter($0.value.contains))" }.sorted()
  }

  private static func isLater(_ left: [TestSession], _ right: [TestSession]) -> Bool {
    (left.first?.modified ?? "") > (right.first?.modified ?? "")
  }

  @Test("The later version is left, wherever one load overtakes the other", arguments: races)
  func race(_ race: Race) throws {
    for (outer, inner) in [(race.first, race.second), (race.second, race.first)] {
      let problems = try Self.interleave(race.before, outer, inner)
      #expect(problems == [], "\(race.name)")
    }
  }

  @Test("Threads that load versions of posts at once leave the last version of each")
  func threads() throws {
    let bucket = MemoryLines()
    let problems = Locked<[String]>([])
    concurrently(
      (0..<6).map { number in
        {
          for edit in 1...8 {
            let sessions = (0..<3).flatMap { post in
              TestSession.week(
                4 + (edit + post) % 3...9, of: post, month: "2024-0\(post + 1)", text: "Edit \(edit)", edit: edit)
            }
            do { try Bench(bucket).load(sessions) } catch let error as PipelineError where error.name.isRetryable {
              continue
            } catch { problems.change { $0.append("\(number): \(error)") } }
          }
        }
      })
    #expect(problems.change { $0 } == [])
    let last = (0..<3).flatMap { post in
      TestSession.week(4 + (8 + post) % 3...9, of: post, month: "2024-0\(post + 1)", text: "Edit 8", edit: 8)
    }
    try Bench(bucket).load(last)
    let expected = MemoryLines()
    try Bench(expected).load(last)
    #expect(bucket.files == expected.files)
  }
}
