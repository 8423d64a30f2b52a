import Contracts
import Foundation
import TestSupport
import Testing
import Versions

@testable import Projections
@testable import VersionedSink

@Suite("Projections of versions")
struct ProjectionTests {
  private func month(_ number: Int, _ values: String...) -> (String, [String]) {
    ("IPC/year=2024/month=0\(number)", values.map { "2024-0\(number)-01T00:00:00-03:00 \($0) pct" })
  }

  private func view(_ months: (String, [String])...) -> [String: [String]] { Dictionary(uniqueKeysWithValues: months) }

  @Test("A revised figure changes the projection, once; a point that is gone stays in it")
  func revision() throws {
    let bench = Bench(MemoryObjects())
    try bench.load(Point.months(3))
    let first = try bench.publish()
    #expect(first.counts == ["all": 3])
    #expect(first.notes.count == 1 && first.notes[0].hasSuffix(" projected: 3 of 3 partitions changed"))
    #expect(try bench.view() == view(month(1, "1.0"), month(2, "1.5"), month(3, "2.0")))
    try bench.next([Point("2024-01-01", "1.25"), Point("2024-03-01", "2.0")])
    #expect(try bench.snapshot().count == 2)
    let objects = try #require(bench.objects as? MemoryObjects)
    objects.forget()
    #expect(try bench.publish().notes.first?.hasSuffix(" projected: 1 of 3 partitions changed") == true)
    // The object, the pointer, the copy, and the pointer with what came after the swap.
    #expect(objects.writes.count == 4)
    #expect(try bench.view() == view(month(1, "1.25"), month(2, "1.5"), month(3, "2.0")))
    #expect(try bench.copies() == bench.view())
    objects.forget()
    #expect(try bench.publish().notes.isEmpty)
    #expect(objects.writes.isEmpty)
    #expect(
      objects.calls.change { $0 } == ["GET \(bench.store.keys.projectionPointer)", "GET \(bench.store.keys.pointer)"])
  }

  @Test("With on_conflict: first the stored point stays, and new ones are added")
  func firstWins() throws {
    let bench = Bench(MemoryObjects())
    try bench.load(Point.months(1))
    try bench.publish()
    try bench.next(Point.months(2, first: 7))
    try bench.publish(keys: ["on_conflict": "first"])
    #expect(try bench.view() == view(month(1, "1.0"), month(2, "7.5")))
    // A later revision counts once the last one wins again.
    try bench.next(Point.months(2, first: 8))
    try bench.publish()
    #expect(try bench.view() == view(month(1, "8.0"), month(2, "8.5")))
  }

  @Test("Versions that were not projected are caught up in order, each with a swap of its own (F52)")
  func order() throws {
    let bench = Bench(MemoryObjects())
    for first in 1...4 { try bench.next(Point.months(1, first: Double(first))) }
    var seen: [[String: [String]]] = []
    let watched = WatchedObjects(
      bench.objects,
      after: { _ in if let view = try? bench.view(), view != seen.last { seen.append(view) } })
    let messages = Messages()
    let report = try bench.publish(through: watched, sending: messages)
    #expect(report.notes.count == 4)
    #expect(seen == [[:]] + (1...4).map { view(month(1, "\($0).0")) })
    let manifest = try bench.store.projection(deadline: bench.deadline).manifest
    #expect(manifest.projected == messages.versions && manifest.projected == manifest.projected.sorted())
    #expect(Set(manifest.projected).count == 4)
  }

  @Test("A version whose projection failed is caught up with the next one")
  func failed() throws {
    let bench = Bench(MemoryObjects())
    try bench.load(Point.months(2))
    #expect(throws: PipelineError.self) {
      try bench.publish(through: FaultyObjects(bench.objects, losing: (4, .diesBefore)))
    }
    #expect(try bench.view().isEmpty)
    try bench.next(Point.months(3))
    #expect(try bench.publish().notes.count == 2)
    #expect(try bench.view() == view(month(1, "1.0"), month(2, "1.5"), month(3, "2.0")))
  }

  @Test("An object that the pointer no longer names is deleted a day later, and no other")
  func collection() throws {
    let bench = Bench(MemoryObjects())
    try bench.load(Point.months(2))
    try bench.publish()
    let objects = try #require(bench.objects as? MemoryObjects)
    let before = try bench.store.projection(deadline: bench.deadline).manifest
    let old = try #require(before.partitions.first { $0.key.month == 1 })
    let key = bench.store.keys.projection(old.value)
    try bench.next([Point("2024-01-01", "5"), Point("2024-02-01", "1.5")])
    try bench.publish()
    bench.time.advance(by: .seconds(86_390))
    try bench.publish()
    // A reader of the former pointer still finds all that it names.
    #expect(before.partitions.values.allSatisfy { objects.keys.contains(bench.store.keys.projection($0)) })
    bench.time.advance(by: .seconds(20))
    objects.forget()
    try bench.publish()
    #expect(objects.writes == ["DELETE \(key)", "PUT \(bench.store.keys.projectionPointer)"])
    #expect(try bench.store.projection(deadline: bench.deadline).manifest.replaced.isEmpty)
    #expect(try bench.view() == view(month(1, "5"), month(2, "1.5")))
    objects.forget()
    try bench.publish()
    #expect(objects.writes.isEmpty)
  }

  @Test(
    "After the pointer was put back, the projection follows it: the partitions that differ are those of the version")
  func putBack() throws {
    let bench = Bench(MemoryObjects())
    try bench.load([Point("2024-01-01", "1")])
    let first = try #require(bench.store.current(deadline: bench.deadline)?.version)
    try bench.publish()
    try bench.next([Point("2024-01-01", "100"), Point("2024-02-01", "5")])
    try bench.publish()
    let objects = try #require(bench.objects as? MemoryObjects)
    objects.objects.change { $0[bench.store.keys.pointer] = Data("\(first)".utf8) }
    let messages = Messages()
    try bench.publish(sending: messages)
    #expect(try bench.view() == view(month(1, "1"), month(2, "5")))
    #expect(try bench.copies() == bench.view())
    #expect(messages.versions == ["\(first)"])
    objects.forget()
    try bench.publish(sending: messages)
    #expect(objects.writes.isEmpty && messages.all.count == 1)
    try bench.next([Point("2024-01-01", "1"), Point("2024-02-01", "7")])
    try bench.publish()
    #expect(try bench.view() == view(month(1, "1"), month(2, "7")))
    #expect(try bench.copies() == bench.view())
  }

  @Test("A load and a publication after the pointer was put back make good what the other branch had revised")
  func putBackAndLoaded() throws {
    let bench = Bench(MemoryObjects())
    try bench.load([Point("2024-01-01", "1")])
    let first = try #require(bench.store.current(deadline: bench.deadline)?.version)
    try bench.publish()
    try bench.next([Point("2024-01-01", "100"), Point("2024-02-01", "5")])
    try bench.publish()
    let objects = try #require(bench.objects as? MemoryObjects)
    objects.objects.change { $0[bench.store.keys.pointer] = Data("\(first)".utf8) }
    try bench.next([Point("2024-01-01", "1"), Point("2024-02-01", "5")])
    try bench.publish()
    #expect(try bench.view() == view(month(1, "1"), month(2, "5")))
    #expect(try bench.copies() == bench.view())
  }

  @Test("A deleted pointer is made again from the copies and the current version, with one message")
  func lostPointer() throws {
    let bench = Bench(MemoryObjects())
    for first in 1...4 { try bench.next(Point.months(2, first: Double(first))) }
    try bench.publish()
    let before = try bench.view()
    let objects = try #require(bench.objects as? MemoryObjects)
    objects.objects.change { $0[bench.store.keys.projectionPointer] = nil }
    var seen: Set<[String: [String]]> = []
    let watched = WatchedObjects(
      bench.objects, after: { _ in if let view = try? bench.view(), !view.isEmpty { seen.insert(view) } })
    let messages = Messages()
    try bench.publish(through: watched, sending: messages)
    #expect(seen == [before])
    #expect(messages.all.count == 1)
    #expect(try bench.store.projection(deadline: bench.deadline).manifest.projected.count == 4)
  }

  @Test("A name says what is in the object: one that another setting has left under the name of this version stays")
  func otherBytes() throws {
    let bench = Bench(MemoryObjects())
    try bench.load(Point.months(1))
    try bench.publish()
    try bench.next(Point.months(1, first: 2))
    let objects = try #require(bench.objects as? MemoryObjects)
    let version = try #require(bench.store.current(deadline: bench.deadline)?.version)
    let left = bench.store.keys.projections + "IPC/year=2024/month=01/\(version)_0123456789abcdef.json"
    objects.objects.change { $0[left] = Data("[]".utf8) }
    try bench.publish()
    #expect(objects.all[left] == Data("[]".utf8))
    #expect(try bench.view() == view(month(1, "2.0")))
  }

  @Test("An item alone writes nothing, and counts the points of the current version")
  func item() throws {
    let bench = Bench(MemoryObjects())
    let item = try WorkItem(id: "all")
    #expect(try bench.publisher().publish(.item(item), deadline: bench.deadline).counts == ["all": 0])
    #expect(try bench.publish().counts == ["all": 0])
    try bench.load(Point.months(3))
    let objects = try #require(bench.objects as? MemoryObjects)
    objects.forget()
    #expect(try bench.publisher().publish(.item(item), deadline: bench.deadline).counts == ["all": 3])
    #expect(objects.writes.isEmpty)
  }

  @Test(
    "A damaged or missing object is refused by name, and nothing is spread",
    arguments: [nil, Data("[]".utf8), Data("{".utf8)])
  func damage(body: Data?) throws {
    let bench = Bench(MemoryObjects())
    try bench.load(Point.months(1))
    try bench.publish()
    let before = try bench.store.projection(deadline: bench.deadline).manifest
    try bench.next(Point.months(1, first: 2))
    let key = bench.store.keys.projection(try #require(before.partitions.values.first))
    let objects = try #require(bench.objects as? MemoryObjects)
    objects.objects.change { $0[key] = body }
    let error = #expect(throws: PipelineError.self) { try bench.publish() }
    #expect(error?.name == .storageCorrupt)
    #expect(error?.message.contains(key) == true)
    #expect(try bench.store.projection(deadline: bench.deadline).manifest == before)
  }

  @Test("Hundreds of partitions are resumed where they were cut, also their copies", arguments: [40, 260, 700, 1800])
  func resumed(calls: Int) throws {
    let bench = Bench(MemoryObjects())
    try bench.load(Point.months(600, from: 1970))
    #expect(throws: PipelineError.self) {
      try bench.publish(through: FaultyObjects(bench.objects, losing: (calls, .diesBefore)))
    }
    let objects = try #require(bench.objects as? MemoryObjects)
    objects.forget()
    try bench.publish()
    let keys = objects.calls.change { $0 }
    #expect(keys.count { $0.hasPrefix("PUT") && $0.contains("/v2") } <= max(0, 600 - (calls - 30) / 2))
    #expect(try bench.view().count == 600)
    #expect(try bench.copies() == bench.view())
  }
}
