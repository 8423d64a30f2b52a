import Contracts
import Foundation
import TestSupport
import Testing
import Versions

@testable import VersionedSink

@Suite("A projection of system 002")
struct FormerProjectionTests {
  @Test("is taken over before a version is added: no point is lost", arguments: [true, false])
  func adopted(withPointer: Bool) throws {
    let bench = Bench(MemoryObjects())
    try FormerFiles.write(Point.months(3, first: 7), to: bench, withPointer: withPointer)
    try bench.load(Point.months(1) + [Point("2024-04-01", "4")])
    let messages = Messages()
    let report = try bench.publish(sending: messages)
    #expect(report.notes.count == 2)
    #expect(report.notes[0] == "3 partitions of an earlier projection were taken over")
    #expect(
      try bench.view().values.flatMap(\.self).sorted().map { $0.split(separator: " ")[1] } == [
        "1.0", "7.5", "8.0", "4",
      ])
    #expect(try bench.copies() == bench.view())
    let manifest = try bench.store.projection(deadline: bench.deadline).manifest
    #expect(manifest.projected.count == (withPointer ? 2 : 1))
    // Nobody waits for a message about what system 002 has projected.
    #expect(messages.versions.count == 1)
  }

  @Test("that is up to date is taken over as it is, once")
  func upToDate() throws {
    let bench = Bench(MemoryObjects())
    try bench.load(Point.months(2))
    try FormerFiles.write(Point.months(2), to: bench)
    let version = try #require(bench.store.current(deadline: bench.deadline)?.version)
    let objects = try #require(bench.objects as? MemoryObjects)
    objects.objects.change { objects in
      let key = bench.store.keys.projectionPointer
      let text = String(decoding: objects[key] ?? Data(), as: UTF8.self)
      objects[key] = Data(text.replacing("v20250101_030000_000001", with: "\(version)").utf8)
    }
    try bench.publish()
    #expect(try bench.view().count == 2)
    objects.forget()
    try bench.publish()
    #expect(objects.writes.isEmpty)
  }

  @Test("whose taking over was cut goes on: what was copied is not written again")
  func resumed() throws {
    let bench = Bench(MemoryObjects())
    try FormerFiles.write(Point.months(200, from: 1990, first: 7), to: bench)
    try bench.load(Point.months(1))
    let objects = try #require(bench.objects as? MemoryObjects)
    #expect(throws: PipelineError.self) {
      try bench.publish(through: FaultyObjects(bench.objects, losing: (300, .diesBefore)))
    }
    let copied = objects.keys.count { $0.contains("/v20250101_") }
    #expect(copied > 100)
    objects.forget()
    try bench.publish()
    #expect(objects.writes.count { $0.hasPrefix("PUT") && $0.contains("/v20250101_") } == 200 - copied)
    #expect(try bench.view().count == 201)
  }

  @Test("whose file cannot be read is refused by name")
  func damaged() throws {
    let bench = Bench(MemoryObjects())
    try FormerFiles.write(Point.months(1), to: bench)
    try bench.load(Point.months(1))
    let objects = try #require(bench.objects as? MemoryObjects)
    let key = bench.store.keys.projections + "IPC/year=2024/month=01/data.json"
    objects.objects.change { $0[key] = Data("{}".utf8) }
    let error = #expect(throws: PipelineError.self) { try bench.publish() }
    #expect(error?.name == .storageCorrupt && error?.message.contains(key) == true)
  }
}
