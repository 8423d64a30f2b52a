import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import AWS
@testable import ProcessedZone

@Suite("The processed zone under faults", .enabled(if: Zone.hasServices, "start the services: make test"))
struct FaultTests {
  /// A zone with a concert on each of some days.
  private func make(days: Int = 4, inMemory: Bool = true) throws -> Zone {
    let zone = try Zone(inMemory: inMemory)
    for day in 1...days { try zone.put("\(day)", on: "2024-05-0\(day)") }
    return zone
  }

  /// Compares the zone with the concerts that it must have of each day, by their ids.
  private func check(_ zone: Zone, has days: [String: [String]]) throws {
    #expect(try zone.keys() == days.keys.map { Zone.day($0) }.sorted())
    for (day, ids) in days {
      let lines = try zone.lines(Zone.day(day))
      #expect(lines.count == ids.count, "\(day)")
      for (line, id) in zip(lines, ids) { #expect(line.hasPrefix(#"{"concert_id":"ticketmaster_\#(id)""#), "\(day)") }
    }
  }

  private static let four = ["2024-05-01": ["1"], "2024-05-02": ["2"], "2024-05-03": ["3"], "2024-05-04": ["4"]]

  @Test("S3 that is down is StorageUnavailable, and what it has lost is written by the next request")
  func down() throws {
    let zone = try make()
    zone.memory?.refuse { _ in true }
    #expect(throws: PipelineError.self) { try zone.publish() }
    zone.memory?.refuse { $0.method == "PUT" }
    let error = #expect(throws: PipelineError.self) { try zone.publish() }
    #expect(error?.name == .storageUnavailable)
    zone.memory?.refuse { _ in false }
    try zone.publish()
    try check(zone, has: Self.four)
  }

  @Test("A publisher that ends after any request leaves what the next one repairs")
  func ended() throws {
    let zone = try make()
    try zone.publish()
    try zone.put("1", on: "2024-05-02")
    zone.memory?.forget()
    try zone.publish()
    let requests = try #require(zone.memory?.requests.count)
    #expect(requests > 8)
    for last in 0...requests {
      try zone.put("1", on: "2024-05-01")
      try zone.publish()
      try zone.put("1", on: "2024-05-02")
      let count = Locked(0)
      zone.memory?.refuse { _ in
        count.change {
          $0 += 1
          return $0 > last
        }
      }
      if last < requests { #expect(throws: PipelineError.self) { try zone.publish() } }
      zone.memory?.refuse { _ in false }
      try zone.publish()
      try check(zone, has: ["2024-05-02": ["1", "2"], "2024-05-03": ["3"], "2024-05-04": ["4"]])
      zone.memory?.forget()
      #expect(try zone.publish().bytes == 0)
      #expect(try zone.writes() == [])
    }
  }

  @Test("What is remembered may be lost, damaged or of another time", arguments: [nil, "{", "{}", "[1]"])
  func memory(text: String?) throws {
    let zone = try make()
    try zone.publish()
    let key = "processed/_state/ticketmaster.json"
    if let text { zone.memory?.put(Data(text.utf8), at: key) } else { zone.memory?.remove(key) }
    zone.memory?.forget()
    try zone.publish()
    #expect(try zone.writes() == [])
    #expect(zone.memory?.requests.count { $0.hasPrefix("HEAD") } == 4)
    zone.memory?.forget()
    try zone.publish()
    #expect(zone.memory?.requests.count { $0.hasPrefix("HEAD") } == 0)
  }

  @Test("An item alone writes nothing: the end of its run does, once for all items")
  func item() throws {
    let zone = try make()
    let report = try zone.publisher().publish(.item(WorkItem(id: "a")), deadline: zone.deadline)
    #expect(report.bytes == 0)
    #expect(try zone.keys() == [])
    #expect(try zone.publish().bytes > 0)
  }

  @Test("An object that others have written, or deleted, is written again")
  func foreign() throws {
    let zone = try make()
    try zone.publish()
    zone.memory?.put(Data("other".utf8), at: Zone.day("2024-05-01"))
    zone.memory?.remove(Zone.day("2024-05-02"))
    zone.memory?.put(Data("other".utf8), at: Zone.day("2023-01-01"))
    try zone.publish()
    try check(zone, has: Self.four)
  }

  @Test("A publisher that has read an older database writes nothing over a newer object")
  func slow() throws {
    let zone = try make(days: 1)
    try zone.publish()
    try zone.put("1", on: "2024-05-01", status: "older")
    // Between this publisher's reading and its writing, another one publishes a newer database.
    let done = Locked(false)
    let newer = Locked(Data())
    let memory = try #require(zone.memory)
    memory.refuse { request in
      guard request.method == "PUT" else { return false }
      let isFirst = done.change { done in
        defer { done = true }
        return !done
      }
      guard isFirst else { return false }
      memory.replaceLater(newer.change { $0 }, at: Zone.day("2024-05-01"))
      return true
    }
    let other = try make(days: 1)
    try other.put("1", on: "2024-05-01", status: "newest")
    try other.publish()
    let body = try #require(other.memory?.body(of: Zone.day("2024-05-01")))
    newer.change { $0 = body }
    try zone.publish()
    // The first write was refused, its repetition did not meet the object that it had listed; so it compared again.
    #expect(try zone.lines(Zone.day("2024-05-01"))[0].contains("older"))
    #expect(zone.memory?.requests.count { $0.hasPrefix("PUT processed/concerts") } == 4)
  }

  /// Another publisher writes a day that has come back, right before the request with which this one deletes it, or looks at
  /// it for that.
  @Test(
    "A day that has come back is not deleted by a publisher that has read an older database",
    arguments: ["HEAD", "DELETE"])
  func returned(method: String) throws {
    let zone = try make(days: 2)
    try zone.publish()
    let memory = try #require(zone.memory)
    let body = try #require(memory.body(of: Zone.day("2024-05-01")))
    try zone.put("1", on: "2024-05-02")
    let seen = Locked(0)
    memory.refuse { request in
      guard request.method == method, request.target.contains("day%3D01") || request.target.contains("day=01") else {
        return false
      }
      return seen.change { seen in
        seen += 1
        guard seen == 1 else { return false }
        // This attempt fails, and the object is another one when the request comes again.
        memory.replaceLater(body, at: Zone.day("2024-05-01"))
        return true
      }
    }
    let publisher = try zone.publisher()
    memory.forget()
    _ = try publisher.publish(.loaded([WorkItem(id: "a")]), deadline: zone.deadline)
    // The first round has met the other's object and left it; the second one has compared it with the database.
    let requests = memory.requests.filter { $0 == "DELETE \(Zone.day("2024-05-01"))" }
    #expect(seen.change { $0 } >= 2)
    #expect(requests.count == (method == "HEAD" ? 1 : 3))
    let heads = memory.requests.filter { $0 == "HEAD \(Zone.day("2024-05-01"))" }
    #expect(heads.count >= 3)
    try check(zone, has: ["2024-05-02": ["1", "2"]])
  }

  @Test("Publishers at once, while the database changes, leave what it has last", arguments: [true, false])
  func atOnce(inMemory: Bool) throws {
    let zone = try make(inMemory: inMemory)
    let publishers = try (0..<4).map { _ in UncheckedSendable(try zone.publisher()) }
    let deadline = UncheckedSendable(zone.deadline)
    let errors = Locked<[String]>([])
    let writer = UncheckedSendable(zone)
    concurrently(
      publishers.map { publisher in
        {
          for _ in 0..<5 {
            do {
              _ = try publisher.value.publish(.loaded([WorkItem(id: "a")]), deadline: deadline.value)
            } catch { errors.change { $0.append("\(error)") } }
          }
        }
      } + [
        {
          for round in 0..<30 {
            do {
              try writer.value.put("\(round % 4 + 1)", on: "2024-05-0\(round % 7 + 1)", status: "round \(round)")
            } catch { errors.change { $0.append("\(error)") } }
          }
        }
      ])
    #expect(errors.change { $0 } == [])
    // Whoever was last has seen the last change, or another publisher's newer object.
    let before = try zone.keys()
    let contents = try before.map { try zone.lines($0) }
    try zone.publish()
    let after = try zone.keys()
    #expect(after.reduce(0) { $0 + ((try? zone.lines($1).count) ?? 0) } == 4)
    if before == after { #expect(try after.map { try zone.lines($0) } == contents) }
  }

  @Test("A bucket that does not exist is ConfigurationInvalid, with the variable's name")
  func settings() throws {
    let zone = try make(inMemory: false)
    try zone.client.client.send(
      zone.client.request("DELETE", "DeleteBucket", bucket: zone.bucket, key: nil), deadline: zone.deadline
    ) { _ in }
    let error = #expect(throws: PipelineError.self) { try zone.publish() }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.contains("AWS_S3_BUCKET_PROCESSED") == true)
  }
}

/// A value that the test gives to one thread.
struct UncheckedSendable<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
