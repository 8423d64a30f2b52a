import Foundation
import TestSupport
import Testing
import Time

/// A question that a person wrote from the sample site alone, before any search ran, and the events that answer it.
private struct AskedQuestion: Decodable {
  struct Event: Decodable, Equatable {
    let date: String
    let venue: String
    let artist: String
  }

  let question: String
  /// The day on which it is asked.
  let today: String
  let expected: [Event]

  static func all() throws -> [AskedQuestion] {
    let file = SourceFiles.root.appending(path: "Tests/Integration/Fixtures/search_questions.json")
    return try JSONDecoder().decode([AskedQuestion].self, from: Data(contentsOf: file))
  }
}

/// The part of `festvibes search --json` that the test reads.
private struct PrintedAnswer: Decodable {
  let events: [AskedQuestion.Event]
  let readAs: String
  let notes: [String]

  enum CodingKeys: String, CodingKey {
    case events, notes
    case readAs = "read_as"
  }
}

extension RunTests {
  static let isEnriched = TestDatabase.hasVectors && LocalStack.environment["EMBEDDING_WEIGHTS"] != nil
  static let needsEnrichment: Comment = "the stack has no Enricher: ENRICH=1 make test"

  @Test(
    "over a month of the sample site is searched: of 30 questions at least 27 have an expected event among the first five",
    .enabled(if: Self.isEnriched, Self.needsEnrichment))
  func search() throws {
    let questions = try AskedQuestion.all()
    #expect(questions.count == 30)
    #expect(try FestVibesProcess(["migrate"], environment: LocalStack.environment).status == 0)
    try stack.empty()
    let site = try SourceSite.sample()
    defer { site.stop() }
    let days = questions.flatMap { [$0.today] + $0.expected.map(\.date) }
    let run = try stack.run(from: try #require(days.min()), to: try #require(days.max()))
    #expect(run.execution.status == .succeeded)

    var misses: [String] = []
    for asked in questions {
      let ran = try FestVibesProcess(
        ["search", asked.question, "--today", asked.today, "--limit", "5", "--json"],
        environment: LocalStack.environment)
      #expect(ran.status == 0, "\(asked.question): \(ran.error)")
      let answer = try JSONDecoder().decode(PrintedAnswer.self, from: Data(ran.output.utf8))
      if !answer.events.contains(where: asked.expected.contains) {
        let found = answer.events.map { "\($0.date) \($0.artist), \($0.venue)" }.joined(separator: "; ")
        misses.append("\(asked.question) (read as: \(answer.readAs)): \(found)")
      }
    }
    #expect(questions.count - misses.count >= 27, "\(misses.joined(separator: "\n"))")
  }
}
