import Contracts
import Foundation
import TestSupport
import Testing
import Time
import Versions

@testable import AWS
@testable import VersionedSink

@Suite("Loads at the same time")
struct ConcurrencyTests {
  /// Loads two series, one of them while the other is about to move the pointer.
  private func loadTwo(
    _ bench: Bench, through wrapped: (any VersionObjects) -> any VersionObjects = { $0 }
  ) throws -> [String] {
    let other = Bench(bench.objects, time: ManualTime(bench.time.now + 1))
    try bench.load(
      Point.months(2, first: 3),
      through: wrapped(Interference(bench.objects) { try other.load(Point.months(2, of: "OTHER")) }))
    return try bench.snapshot().map { "\($0.key) \($0.value.map(\.value.text))" }.sorted()
  }

  private static let both = [
    #"IPC/year=2024/month=01 ["3.0"]"#, #"IPC/year=2024/month=02 ["3.5"]"#, #"OTHER/year=2024/month=01 ["1.0"]"#,
    #"OTHER/year=2024/month=02 ["1.5"]"#,
  ]

  @Test("A load that is overtaken computes again, over what the other one has written", arguments: [false, true])
  func overtaken(hasVersion: Bool) throws {
    let bench = Bench(MemoryObjects())
    if hasVersion { try bench.load(Point.months(2)) }
    #expect(try loadTwo(bench) == Self.both)
    let current = try #require(try bench.store.current(deadline: bench.deadline))
    let chain = try bench.store.chain(to: current.version, deadline: bench.deadline)
    #expect(chain.count == (hasVersion ? 3 : 2))
    #expect(zip(chain, chain.dropFirst()).allSatisfy { $0.version < $1.version })
  }

  @Test("The test finds a pointer that is moved without a condition")
  func plantedMistake() throws {
    #expect(try loadTwo(Bench(MemoryObjects())) { CarelessPointer($0) } != Self.both)
  }

  @Test("A load whose response was lost, and that another one has followed, reports what it has done")
  func followed() throws {
    let bench = Bench(MemoryObjects())
    try bench.load(Point.months(2))
    bench.time.advance(by: .seconds(60))
    let other = Bench(bench.objects, time: ManualTime(bench.time.now + 1))
    let losing = LosingPointer(bench.objects) { try other.load(Point.months(2, of: "OTHER")) }
    #expect(
      try bench.load(Point.months(2, first: 3), through: losing).records == RecordCounts(found: 2, changed: 2))
    #expect(try bench.snapshot().map { "\($0.key) \($0.value.map(\.value.text))" }.sorted() == Self.both)
    let current = try #require(try bench.store.current(deadline: bench.deadline))
    #expect(try bench.store.chain(to: current.version, deadline: bench.deadline).count == 3)
  }

  @Test("Two loads that take the same id do not share a folder")
  func sameID() throws {
    let objects = MemoryObjects()
    let bench = Bench(objects)
    let id = VersionID(at: bench.time.now)
    // The other load has written its first file, and then was killed.
    let key = bench.store.keys.data(
      try #require(SeriesPartition(series: "IPC", year: 2024, month: 2)), in: id)
    objects.objects.change { $0[key] = Data("[]".utf8) }
    try bench.load(Point.months(2))
    #expect(try bench.snapshot().mapValues { $0.count } == ["IPC/year=2024/month=01": 1, "IPC/year=2024/month=02": 1])
    #expect(objects.all[key] == Data("[]".utf8))
    #expect(try #require(try bench.store.current(deadline: bench.deadline)).version > id)
  }

  @Test("A clock that goes back makes greater ids all the same")
  func clock() throws {
    let bench = Bench(MemoryObjects())
    try bench.load([Point("2024-01-01", "1")])
    let first = try #require(try bench.store.current(deadline: bench.deadline)).version
    let late = Bench(bench.objects, time: ManualTime(bench.time.now))
    let document = bench.document([Point("2024-01-01", "2")])
    late.time.advance(by: .seconds(-3000))
    _ = try late.sink().load(document, for: late.target, deadline: late.deadline)
    let second = try #require(try bench.store.current(deadline: bench.deadline)).version
    #expect(second.microseconds == first.microseconds + 1)
  }

  @Test(
    "A load that is always overtaken ends at its deadline, as StorageUnavailable, and writes to no version of others")
  func always() throws {
    let objects = MemoryObjects()
    let bench = Bench(objects)
    try bench.load([Point("2024-01-01", "1")])
    let refusing = RefusingPointer(objects)
    // The waits between the attempts are taken from it.
    let deadline = Deadline(after: .seconds(20), on: bench.time)
    let error = #expect(throws: PipelineError.self) {
      try bench.sink(refusing).load(bench.document([Point("2024-01-01", "2")]), for: bench.target, deadline: deadline)
    }
    #expect(error?.name == .storageUnavailable)
    #expect(error?.message.contains("was moved by other loads for as long as this call may take") == true)
    #expect(try bench.snapshot()["IPC/year=2024/month=01"]?.map(\.value.text) == ["1"])
  }
}
