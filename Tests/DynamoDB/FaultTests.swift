import Contracts
import DynamoDB
import Foundation
import TestSupport
import Testing

@testable import DynamoDBSink

/// Loads that are cut off, or that meet each other, at every request.
@Suite("Loads into DynamoDB with faults")
struct FaultTests {
  private let table = MemoryTable()

  private static let first = SinkFixture.document([
    SinkFixture.session("04"), SinkFixture.session("05"), SinkFixture.session("06"),
    SinkFixture.session("11", post: 124),
  ])
  /// A session is gone, one is edited, one is new; the other post is as it was.
  private static let second = SinkFixture.document([
    SinkFixture.session("05", edit: 2, text: "Jerk"), SinkFixture.session("06", edit: 2),
    SinkFixture.session("07", edit: 2), SinkFixture.session("11", post: 124),
  ])
  /// All dates are others.
  private static let third = SinkFixture.document([
    SinkFixture.session("18", edit: 3), SinkFixture.session("19", edit: 3), SinkFixture.session("11", post: 124),
  ])

  private static func items(after documents: Data...) throws -> [MemoryTable.Key: MemoryTable.Item] {
    let fixture = try SinkFixture()
    for document in documents { try fixture.load(document) }
    return fixture.table.items
  }

  /// Returns the number of requests of a load.
  private static func requests(_ document: Data, after earlier: Data...) throws -> Int {
    let fixture = try SinkFixture()
    for document in earlier { try fixture.load(document) }
    fixture.table.restart()
    try fixture.load(document)
    return fixture.table.requests.count
  }

  @Test("do all the same when any one request fails, or its response is lost")
  func eachFails() throws {
    let expected = try Self.items(after: Self.first, Self.second)
    let count = try Self.requests(Self.second, after: Self.first)
    #expect(count >= 8)
    let faults: [MemoryTable.Fault] = [
      .cutsBefore, .cutsAfter, .refuses(400, "ProvisionedThroughputExceededException"),
      .refuses(500, "InternalServerError"), .leaves(1),
    ]
    for (number, fault) in (0..<count).flatMap({ number in faults.map { (number, $0) } }) {
      let fixture = try SinkFixture()
      try fixture.load(Self.first)
      fixture.table.restart()
      fixture.table.fail(fault, at: number)
      try fixture.load(Self.second)
      #expect(fixture.table.items == expected, "\(fault) at \(number)")
      fixture.table.restart()
      #expect(try fixture.load(Self.second).records.unchanged == 4 && fixture.table.writes == 0)
    }
  }

  @Test("do all the same when the condition of any one write, or deletion, does not hold at first")
  func eachRaces() throws {
    let expected = try Self.items(after: Self.first, Self.second)
    let fixture = try SinkFixture()
    try fixture.load(Self.first)
    fixture.table.restart()
    try fixture.load(Self.second)
    let writes = fixture.table.operations.indices.filter {
      ["PutItem", "DeleteItem"].contains(fixture.table.operations[$0])
    }
    #expect(writes.count == 4)
    for number in writes {
      let fixture = try SinkFixture()
      try fixture.load(Self.first)
      fixture.table.restart()
      fixture.table.fail(.refuses(400, "ConditionalCheckFailedException"), at: number)
      let report = try fixture.load(Self.second)
      #expect(fixture.table.items == expected, "at \(number): \(fixture.contents)")
      #expect(report.records.cancelled == 1 && report.remarks.count == 1)
    }
  }

  @Test(
    "that die at any request are done by a repetition, after which nothing is written any more",
    arguments: [true, false])
  func eachDies(isDone: Bool) throws {
    let expected = try Self.items(after: Self.first, Self.second)
    for number in 0..<(try Self.requests(Self.second, after: Self.first)) {
      let fixture = try SinkFixture()
      try fixture.load(Self.first)
      fixture.table.restart()
      fixture.table.fail(.dies(isDone: isDone), at: number)
      #expect(throws: PipelineError.self) { try fixture.load(Self.second) }
      fixture.table.restart()
      let report = try fixture.load(Self.second)
      #expect(fixture.table.items == expected, "died at \(number)")
      #expect(report.records.rejected == 0 && report.remarks.count <= 1)
      fixture.table.restart()
      try fixture.load(Self.second)
      #expect(fixture.table.writes == 0)
    }
  }

  @Test("agree when a load of a later edit happens between any two requests of an earlier one")
  func laterWithin() throws {
    for (late, newer) in [(Self.first, Self.second), (Self.first, Self.third), (Self.second, Self.third)] {
      let expected = try Self.items(after: newer)
      for number in 0..<(try Self.requests(late)) {
        let fixture = try SinkFixture()
        var isLoaded = false
        fixture.table.before = { [table = fixture.table] request in
          guard request == number else { return }
          table.before = nil
          isLoaded = (try? fixture.load(newer)) != nil
        }
        try fixture.load(late)
        #expect(isLoaded && fixture.table.items == expected, "at \(number): \(fixture.contents)")
      }
    }
  }

  @Test("agree when a load of an earlier edit happens between any two requests of a later one")
  func earlierWithin() throws {
    for (late, newer) in [(Self.first, Self.second), (Self.first, Self.third), (Self.second, Self.third)] {
      let expected = try Self.items(after: newer)
      for number in 0..<(try Self.requests(newer)) {
        let fixture = try SinkFixture()
        var isLoaded = false
        fixture.table.before = { [table = fixture.table] request in
          guard request == number else { return }
          table.before = nil
          isLoaded = (try? fixture.load(late)) != nil
        }
        try fixture.load(newer)
        #expect(isLoaded && fixture.table.items == expected, "at \(number): \(fixture.contents)")
      }
    }
  }

  @Test("agree when an earlier edit's load is cut off anywhere beside a later one's, and repeated")
  func latesDie() throws {
    let expected = try Self.items(after: Self.third)
    let count = try Self.requests(Self.first)
    for number in 0..<count {
      for end in number..<count {
        let fixture = try SinkFixture()
        fixture.table.before = { [table = fixture.table] request in
          guard request == number else { return }
          table.before = nil
          _ = try? fixture.load(Self.third)
          // Behind the requests of the load between.
          table.fail(.dies(isDone: true), at: end - number)
        }
        _ = try? fixture.load(Self.first)
        fixture.table.restart()
        try fixture.load(Self.first)
        #expect(fixture.table.items == expected, "at \(number), died at \(end): \(fixture.contents)")
        fixture.table.restart()
        try fixture.load(Self.third)
        #expect(fixture.table.writes == 0)
      }
    }
  }

  @Test("have the items of the latest edit after any faults of loads in any order", arguments: 1...40)
  func chaos(seed: UInt64) throws {
    let expected = try Self.items(after: Self.first, Self.second, Self.third)
    var random = SplitMix(seed: seed)
    let fixture = try SinkFixture(on: table)
    for _ in 0..<6 {
      guard let document = [Self.first, Self.second, Self.third].randomElement(using: &random) else { continue }
      table.restart()
      if Bool.random(using: &random) {
        table.fail(seed: seed, share: 0.2)
      } else {
        table.fail(.dies(isDone: Bool.random(using: &random)), at: Int.random(in: 0..<10, using: &random))
      }
      _ = try? fixture.load(document, within: .seconds(36_000))
    }
    table.restart()
    try fixture.load(Self.third)
    #expect(table.items == expected && table.problems == [])
    // A late document does not bring anything back.
    try fixture.load(Self.second)
    #expect(table.items == expected)
  }
}
