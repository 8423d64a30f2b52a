import Testing

@testable import Similarity

@Suite("Duplicates of a list")
struct DuplicateTests {
  private func report(_ rows: [[String]], threshold: Double) -> DuplicateSearch.Report {
    var search = DuplicateSearch(rows.enumerated().map { .init(id: "\($0)", values: $1) })
    return search.report(threshold: threshold)
  }

  @Test("The first stays, a duplicate is nobody's master, and the similarity is the pair's")
  func first() {
    let report = report(
      [["Galactic"], ["Galactica"], ["Galacticas"], ["Meters"], ["Funky Meters"], ["Ivan"]], threshold: 0.9)
    #expect(report.kept == ["0", "3", "5"])
    #expect(report.duplicates.map(\.id) == ["1", "2", "4"] && report.duplicates.map(\.master) == ["0", "0", "3"])
    #expect(report.duplicates.allSatisfy { $0.similarity == 1 })
    let chain = self.report([["abcdefgh"], ["abcdefgx"], ["abcdefxy"]], threshold: 0.9)
    #expect(chain.kept == ["0", "2"], "2 is like 1, which is a duplicate")
    #expect(chain.duplicates.map(\.id) == ["1"] && chain.duplicates.map(\.master) == ["0"])
    #expect(chain.duplicates.allSatisfy { abs($0.similarity - 14 / 15) < 1e-9 })
  }

  @Test("The least similar column decides, an empty one does not count, and a row without a name is alone (F46)")
  func columns() {
    let rows = [
      ["House of Blues", "Chicago"], ["House of Blues", "New Orleans"], ["House of Blues", ""], ["", "Chicago"],
      ["", "Chicago"], ["The Blue Nile", "Chicago"],
    ]
    let report = report(rows, threshold: 0.8)
    #expect(report.kept == ["0", "1", "3", "4", "5"])
    #expect(report.duplicates == [.init(id: "2", master: "0", similarity: 1)])
    #expect(self.report([], threshold: 0.8) == .init())
  }

  @Test("Thousands of names take seconds, and give what a comparison of all pairs gives")
  func many() {
    let first = "John Mary Kermit Irma Ivan Cyril Aaron Charmaine Anders Davell Leroy Delfeayo Wendell".split(
      separator: " ")
    let last = "Ruffins Thomas Neville Osborne Crawford Jones Marsalis Brunious Batiste Andrews Cleary".split(
      separator: " ")
    var rows: [[String]] = []
    for one in first {
      for other in last { rows += ["", " Trio", " and Friends"].map { ["\(one) \(other)\($0)"] } }
    }
    let names = rows.map { NormalizedName($0[0]) }
    var kept: [Int] = []
    for row in rows.indices where !kept.contains(where: { NameScores.similarity(names[$0], names[row]) >= 0.85 }) {
      kept.append(row)
    }
    #expect(report(rows, threshold: 0.85).kept == kept.map { "\($0)" })
    let many = (0..<3000).map { ["\(first[$0 % 13])\($0 % 331) \(last[$0 % 11])\($0 % 397)"] }
    let time = ContinuousClock().measure { #expect(!report(many, threshold: 0.85).kept.isEmpty) }
    #expect(time < .seconds(60))
  }
}
