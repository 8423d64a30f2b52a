import JSON
import TestSupport
import Testing
import Versions

@testable import Projections

@Suite("The merge of points")
struct SeriesMergeTests {
  private func point(_ time: String, _ value: String, read: String = "a", unit: String? = "pct") throws -> SeriesPoint {
    SeriesPoint(
      time: try #require(PointTime(time)), series: "S", value: try #require(JSONNumber(value)), unit: unit,
      frequency: "D", collectionDate: read)
  }

  private func texts(_ points: [SeriesPoint]) -> [String] {
    points.map { "\($0.time) \($0.value) \($0.collectionDate ?? "")" }
  }

  @Test("keeps every point, in order of time, and of two with one time the last or the first")
  func conflicts() throws {
    let base = try [point("2024-01-01T00:00:00Z", "1"), point("2024-01-03T00:00:00Z", "3")]
    let new = try [
      point("2024-01-02T00:00:00Z", "2", read: "b"), point("2024-01-03T00:00:00Z", "4", read: "b"),
      point("2024-01-05T00:00:00Z", "5", read: "b"),
    ]
    let last = SeriesMerge(lastWins: true)
    #expect(
      texts(last.merged(base, with: new)) == [
        "2024-01-01T00:00:00+00:00 1 a", "2024-01-02T00:00:00+00:00 2 b", "2024-01-03T00:00:00+00:00 4 b",
        "2024-01-05T00:00:00+00:00 5 b",
      ])
    #expect(texts(SeriesMerge(lastWins: false).merged(base, with: new))[2] == "2024-01-03T00:00:00+00:00 3 a")
    #expect(last.merged(base, with: []) == base)
    #expect(last.merged([], with: new) == new)
    #expect(last.merged(last.merged(base, with: new), with: new) == last.merged(base, with: new))
  }

  @Test("leaves a point that says the same as it was read first, however its value is spelled")
  func same() throws {
    let base = try [point("2024-01-01T00:00:00Z", "1.50")]
    #expect(
      texts(SeriesMerge(lastWins: true).merged(base, with: [try point("2024-01-01T00:00:00Z", "15e-1", read: "b")]))
        == ["2024-01-01T00:00:00+00:00 1.50 a"])
    #expect(
      SeriesMerge(lastWins: true).merged(base, with: [try point("2024-01-01T00:00:00Z", "1.5", unit: nil)])[0].unit
        == nil)
  }

  @Test("takes one instant for one key, whatever its offset is, and reads files that are not in order")
  func instants() throws {
    let merge = SeriesMerge(lastWins: true)
    let base = try [point("2024-01-02T00:00:00-03:00", "2"), point("2024-01-01T00:00:00-03:00", "1")]
    #expect(
      texts(merge.merged(base, with: [try point("2024-01-02T03:00:00Z", "9", read: "b")])) == [
        "2024-01-01T00:00:00-03:00 1 a", "2024-01-02T03:00:00+00:00 9 b",
      ])
    let repeated = try [point("2024-01-01T00:00:00Z", "1"), point("2024-01-01T00:00:00Z", "2")]
    #expect(texts(merge.merged(repeated, with: [])) == ["2024-01-01T00:00:00+00:00 1 a"])
  }

  @Test("is that of a dictionary, for random points")
  func random() throws {
    var random = SplitMix(seed: 19)
    for _ in 0..<300 {
      func some(_ read: String) throws -> [SeriesPoint] {
        let days = Set(
          (0..<Int.random(in: 0...12, using: &random)).map { _ in Int.random(in: 10...28, using: &random) })
        return try days.sorted().map {
          try point("2024-01-\($0)T00:00:00Z", "\(Int.random(in: 0...3, using: &random))", read: read)
        }
      }
      let (base, new) = (try some("a"), try some("b"))
      for lastWins in [true, false] {
        var wanted = Dictionary(uniqueKeysWithValues: base.map { ($0.time, $0) })
        for point in new where wanted[point.time].map({ lastWins && !$0.saysTheSame(as: point) }) ?? true {
          wanted[point.time] = point
        }
        let merged = SeriesMerge(lastWins: lastWins).merged(base, with: new)
        #expect(merged == wanted.values.sorted { $0.time.isBefore($1.time) })
      }
    }
  }
}
