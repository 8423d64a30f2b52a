import Contracts
import TestSupport
import Testing

@Suite("Median")
struct MedianTests {
  @Test("has as many values below as above, whatever the values and their order")
  func property() throws {
    var random = SplitMix(seed: 7)
    for _ in 0..<2000 {
      let count = Int.random(in: 1...12, using: &random)
      let values = (0..<count).map { _ in Int.random(in: -20...20, using: &random) }
      let median = try #require(values.median)
      let below = values.count { Double($0) < median }
      let above = values.count { Double($0) > median }
      #expect(below <= count / 2 && above <= count / 2, "\(values): \(median)")
      #expect(values.shuffled(using: &random).median == median)
      #expect(values.map { $0 + 1000 }.median == median + 1000)
      if !count.isMultiple(of: 2) { #expect(values.contains { Double($0) == median }) }
      #expect(Double(values.min() ?? 0) <= median && median <= Double(values.max() ?? 0))
    }
  }

  @Test("of no values is none, and of two the mean")
  func edges() {
    #expect([Int]().median == nil)
    #expect([4].median == 4)
    #expect([4, 7].median == 5.5)
    #expect([Int.max, Int.max].median == Double(Int.max))
  }
}
