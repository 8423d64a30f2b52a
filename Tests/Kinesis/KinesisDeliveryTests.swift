import AWS
import Foundation
import TestSupport
import Testing
import Time

@testable import Kinesis

@Suite("A delivery to Kinesis")
struct KinesisDeliveryTests {
  private let kinesis = MemoryKinesis()
  private let time = ManualTime()

  private func send(_ records: [KinesisRecord], within limit: Duration = .seconds(600)) throws {
    var delivery = KinesisDelivery(
      try KinesisClient(kinesis.session(time)), to: MemoryKinesis.stream, time: time, random: FixedRandom())
    try delivery.send(records, deadline: Deadline(after: limit, on: time))
  }

  private func records(_ keys: String...) -> [KinesisRecord] {
    keys.enumerated().map { KinesisRecord(partitionKey: $1, data: Data("\($0)".utf8)) }
  }

  /// The texts of the records in the stream.
  private var sent: [String] { kinesis.records.map { String(decoding: $0.Data, as: UTF8.self) } }
  private var requested: [[String]] { kinesis.requests.map { $0.map { String(decoding: $0.Data, as: UTF8.self) } } }

  @Test("has at most 500 records in a request, in their order")
  func count() throws {
    try send((0..<1203).map { KinesisRecord(partitionKey: "k\($0)", data: Data("\($0)".utf8)) })
    #expect(kinesis.requests.map(\.count) == [500, 500, 203])
    #expect(sent == (0..<1203).map { "\($0)" })
    #expect(kinesis.problems == [] && time.sleeps == [])
    try send([])
    #expect(kinesis.requests.count == 3)
  }

  @Test("has at most 5 MiB in a request, keys included (F54)")
  func bytes() throws {
    // Five fill a request to the byte; without the keys there would be room for one more.
    let largest = KinesisRecord.maximumBytes
    let large = (0..<10).map { KinesisRecord(partitionKey: "key-\($0)", data: Data(count: largest - 5)) }
    let small = KinesisRecord(partitionKey: "x", data: Data(count: 1))
    try send(large + [small])
    #expect(kinesis.requests.map(\.count) == [5, 5, 1])
    #expect(kinesis.problems == [] && kinesis.records.count == 11)
    #expect(large[0].size == largest)
  }

  @Test("has one record of a key in a request, so that none overtakes another")
  func keys() throws {
    try send(records("a", "b", "a", "c", "a", "b"))
    #expect(requested == [["0", "1", "3"], ["2", "5"], ["4"]])
  }

  @Test("has more of a key that would need more than 100 requests")
  func manyOfOneKey() throws {
    try send((0..<1000).map { KinesisRecord(partitionKey: $0 % 2 == 0 ? "a" : "b\($0)", data: Data("\($0)".utf8)) })
    #expect(KinesisDelivery.keysWithMany(records("a", "a")) == [:])
    #expect(kinesis.requests.count == 100)
    #expect(
      kinesis.records.filter { $0.PartitionKey == "a" }.map { Int(String(decoding: $0.Data, as: UTF8.self)) }
        == Array(stride(from: 0, to: 1000, by: 2)))
  }

  @Test("sends only what failed again, after a delay, and before what follows of the same key (F54)")
  func resending() throws {
    kinesis.fail(.fails([0, 2]), .fails([0], "InternalFailure"))
    try send(records("a", "b", "c", "a", "d"))
    #expect(requested == [["0", "1", "2", "4"], ["0", "2"], ["0"], ["3"]])
    #expect(sent == ["1", "4", "2", "0", "3"])
    // The generator draws the longest delays.
    #expect(time.sleeps == [.milliseconds(100), .milliseconds(200)])
  }

  @Test(
    "tries a whole request again that was throttled longer than the client tries, or whose response was lost",
    arguments: ["ProvisionedThroughputExceededException", "KMSThrottlingException"])
  func whole(code: String) throws {
    let throttled = MemoryKinesis.Fault.refuses(400, code)
    kinesis.fail(throttled, throttled, throttled, throttled, throttled, throttled, .isLost)
    try send(records("a", "b"))
    #expect(sent == ["0", "1", "0", "1"], "at least once")
    #expect(kinesis.requests.count == 8)
  }

  @Test("is given up at the deadline, as a failure that may pass")
  func deadline() throws {
    for _ in 0..<3 {
      kinesis.fail(seed: 1, share: 1)
      let error = #expect(throws: AWSError.self) { try send(records("a", "b", "c"), within: .seconds(60)) }
      #expect(error?.kind == .unavailable || error?.kind == .timedOut)
      #expect(error?.resource == MemoryKinesis.stream)
    }
    kinesis.fail(.fails([0]), .fails([0]), .fails([0]), .fails([0]), .fails([0]), .fails([0]), .fails([0]))
    let error = #expect(throws: AWSError.self) { try send(records("a", "b"), within: .seconds(1)) }
    #expect(
      error?.message
        == "1 of 2 records were not written before the deadline: ProvisionedThroughputExceededException: as the test says"
    )
  }

  @Test(
    "is given up at once for an error that stays", arguments: [("AccessDeniedException", AWSError.Kind.accessDenied)])
  func permanent(code: String, kind: AWSError.Kind) throws {
    kinesis.fail(.refuses(400, code))
    let error = #expect(throws: AWSError.self) { try send(records("a")) }
    #expect(error?.kind == kind && kinesis.requests.count == 1)
  }

  @Test("brings every record at least once, and each key's in order, whatever fails", arguments: 1...40)
  func chaos(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let records = (0..<700).map { number in
      KinesisRecord(
        partitionKey: "k\(Int.random(in: 0..<60, using: &random))", data: Data("\(number)".utf8))
    }
    kinesis.fail(seed: seed, share: 0.3)
    try send(records, within: .seconds(36_000))
    #expect(Set(sent).count == 700 && kinesis.problems == [])
    // A lost response repeats a part; of what came first, each key's is in order.
    var first: [String: [Int]] = [:]
    var seen: Set<String> = []
    for record in kinesis.records where seen.insert(String(decoding: record.Data, as: UTF8.self)).inserted {
      first[record.PartitionKey, default: []].append(Int(String(decoding: record.Data, as: UTF8.self)) ?? -1)
    }
    for (key, numbers) in first { #expect(numbers == numbers.sorted(), "\(key)") }
  }
}
