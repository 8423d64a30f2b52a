import Foundation
import Testing

@testable import Similarity

@Suite("Scores of names")
struct ScoreTests {
  private struct Pair {
    let names: [String]
    let normalized: [String]
    let scores: [Double]

    init(_ line: Substring) throws {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      let texts = try fields.prefix(4).map { try JSONDecoder().decode(String.self, from: Data($0.utf8)) }
      names = Array(texts.prefix(2))
      normalized = Array(texts.suffix(2))
      scores = fields.dropFirst(4).compactMap { Double($0) }
    }
  }

  private static func pairs() throws -> [Pair] {
    let fixture = Bundle.module.resourceURL?.appending(path: "Fixtures/scores.tsv").path ?? ""
    let file = ProcessInfo.processInfo.environment["SIMILARITY_SCORES"] ?? fixture
    let text = try String(contentsOfFile: file, encoding: .utf8)
    return try text.split(separator: "\n").map { try Pair($0) }
  }

  @Test("are those of rapidfuzz, and so is the normalized name; no bound leaves out a pair that reaches it")
  func golden() throws {
    let pairs = try Self.pairs()
    #expect(pairs.count >= 2500)
    var wrong: [String] = []
    for pair in pairs {
      let names = pair.names.map { NormalizedName($0) }
      let scores = NameScores(names[0], names[1])
      let ours = [scores.ratio, scores.partialRatio, scores.tokenSortRatio, scores.tokenSetRatio]
      let isRight =
        names.map(\.text).elementsEqual(pair.normalized) { $0.unicodeScalars.elementsEqual($1.unicodeScalars) }
        && zip(ours, pair.scores).allSatisfy { abs($0 - $1) < 1e-6 } && pair.scores.count == 4
      if !isRight { wrong.append("\(pair.names) \(names.map(\.text)): \(ours), and not \(pair.scores)") }
      let similarity = NameScores.similarity(names[0], names[1])
      let best = pair.names.contains("") ? 0 : (pair.scores.max() ?? -1) / 100
      if abs(similarity - best) > 1e-8 { wrong.append("\(pair.names): similarity \(similarity), and not \(best)") }
      for bound in [0.5, 0.8, 0.85, similarity] where similarity >= bound {
        if !NameScores.mayReach(bound, names[0], names[1]) { wrong.append("\(pair.names) is left out at \(bound)") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count) of \(pairs.count): \(wrong.prefix(10).joined(separator: "\n"))")
  }

  @Test(
    "A name is normalized by system 001's rules",
    arguments: [
      ("  The Rebirth  Brass Band ", "rebirth brass band"), ("A Tribe Called Quest", "tribe called quest"),
      ("the the band", "the band"), ("The", "the"), ("Example Records Inc.", "example records"), ("x inc inc", "x inc"),
      ("Inc.", "inc"), ("x inc..", "x inc"), ("d.b.a.", "d b a"), ("Tremé_1½", "tremé_1½"), ("!!!", ""), ("", ""),
      ("ΟΔΥΣΣΕΥΣ ΣΑ", "οδυσσευς σα"), ("\u{1C}The\u{A0}x", "x"),
    ])
  func normalization(name: String, normalized: String) { #expect(NormalizedName(name).text == normalized) }

  @Test("An empty input is like nothing; names of punctuation only are like each other")
  func empty() {
    #expect(NameScores.similarity(NormalizedName(""), NormalizedName("Nothing")) == 0)
    #expect(NameScores.similarity(NormalizedName(""), NormalizedName("")) == 0)
    #expect(NameScores.similarity(NormalizedName("!!!"), NormalizedName("???")) == 1)
    #expect(NameScores.similarity(NormalizedName("!!!"), NormalizedName("x")) == 0)
  }
}
