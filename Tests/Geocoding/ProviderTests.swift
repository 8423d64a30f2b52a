import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import Geocoding

/// Returns the error of work that must fail.
func failure(_ work: () throws -> Void) -> PipelineError? {
  do {
    try work()
    return nil
  } catch {
    return error as? PipelineError
  }
}

let blueNile = PostalAddress(
  line: "532 Frenchmen St, New Orleans, LA 70116", street: "532 Frenchmen St", city: "New Orleans", state: "LA",
  postalCode: "70116")

/// Faults that every provider may have, with the name of the error that they end in.
struct Fault: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let name: PipelineError.Name
  let reply: ScriptedServer.Reply

  static let all = [
    Fault(testDescription: "HTML", name: .sourceChanged, reply: .http(200, [], "<html><body>Moved</body></html>")),
    Fault(testDescription: "garbage", name: .sourceChanged, reply: .http(200, [], "\u{1}{]\u{0}")),
    Fault(testDescription: "an empty body", name: .sourceChanged, reply: .http(200, [], "")),
    Fault(testDescription: "another JSON document", name: .sourceChanged, reply: .http(200, [], #"{"items": 5}"#)),
    Fault(
      testDescription: "a huge body", name: .sourceChanged,
      reply: .http(200, [], String(repeating: " ", count: 2 << 20))),
    Fault(testDescription: "a redirect", name: .sourceChanged, reply: .http(302, [("Location", "/elsewhere")], "")),
    Fault(testDescription: "status 500", name: .sourceUnavailable, reply: .http(500, [], "oops")),
    Fault(testDescription: "status 503", name: .sourceUnavailable, reply: .http(503, [], "")),
    Fault(
      testDescription: "a cut body", name: .sourceUnavailable,
      reply: .http(200, [], Data("{\"status\": \"OK\"".utf8), cutTo: 5)),
    Fault(testDescription: "no response", name: .sourceUnavailable, reply: .hangUp),
    Fault(testDescription: "status 429", name: .sourceThrottled, reply: .http(429, [("Retry-After", "3600")], "")),
    Fault(testDescription: "status 403", name: .sourceRefused, reply: .http(403, [], "")),
    Fault(testDescription: "status 404", name: .sourceRefused, reply: .http(404, [], "")),
  ]
}

@Suite("Every provider")
struct ProviderTests {
  private static let key = "AIzaSy-secret-key"

  private func geocoders(_ server: ScriptedServer, time: ManualTime) -> [any Geocoder] {
    [
      CensusGeocoder(base: server.url, batchSize: 10, time: time, random: FixedRandom()),
      GoogleGeocoder(key: Self.key, base: server.url, time: time, random: FixedRandom()),
      NominatimGeocoder(base: server.url, minimumInterval: .zero, time: time, random: FixedRandom()),
    ]
  }

  @Test("names its faults, and shows neither the key nor a query", arguments: Fault.all)
  func faults(fault: Fault) throws {
    let server = try ScriptedServer { _ in fault.reply }
    defer { server.stop() }
    let time = ManualTime()
    for geocoder in geocoders(server, time: time) {
      let deadline = Deadline(after: .seconds(3600), on: time)
      let error = failure { _ = try geocoder.locate(blueNile, deadline: deadline) }
      #expect(error?.name == fault.name, "\(geocoder.provider.name): \(error?.message ?? "no error")")
      let message = error?.message ?? ""
      #expect(!message.contains(Self.key) && !message.contains("?"), "\(message)")
      #expect(!message.contains("Frenchmen"))
    }
    #expect(time.uptime < .seconds(120), "a Retry-After of an hour is not waited for")
  }

  @Test("that is slow ends with the deadline, and is not a failure of the provider")
  func slow() throws {
    let server = try ScriptedServer { _ in .http(200, [], "{}", delay: 30) }
    defer { server.stop() }
    for geocoder in geocoders(server, time: ManualTime()) {
      let began = ContinuousClock.now
      let error = failure {
        _ = try geocoder.locate(blueNile, deadline: Deadline(after: .milliseconds(300), on: SystemTime()))
      }
      #expect(error?.name == .deadlineExceeded)
      #expect(ContinuousClock.now - began < .seconds(10))
    }
  }

  @Test("asks again after a fault that passes, with growing delays")
  func passes() throws {
    let server = try ScriptedServer { request in
      if request.number % 2 == 1 { return .http(500, [], "") }
      return request.target.hasPrefix("/search")
        ? .http(200, [], "[]")
        : .http(200, [], #"{"status": "ZERO_RESULTS", "result": {"addressMatches": []}}"#)
    }
    defer { server.stop() }
    let time = ManualTime()
    for geocoder in geocoders(server, time: time) {
      #expect(try geocoder.locate(blueNile, deadline: .none(on: time)) == .miss)
    }
    #expect(server.requests.count == 6)
    #expect(time.sleeps == [.milliseconds(500), .milliseconds(500), .milliseconds(500)])
  }

  @Test("does not accept an address of status 400, which is no failure of the provider")
  func notAccepted() throws {
    let server = try ScriptedServer { _ in .http(400, [], #"{"errors": ["Address too long"]}"#) }
    defer { server.stop() }
    let time = ManualTime()
    for geocoder in geocoders(server, time: time) {
      #expect(try geocoder.locate(blueNile, deadline: .none(on: time)) == .notAccepted)
    }
  }

  @Test("is asked with the address as it is, in any script, and says who asks")
  func addresses() throws {
    let server = try ScriptedServer { request in
      request.target.hasPrefix("/search")
        ? .http(200, [], "[]")
        : .http(200, [], #"{"status": "ZERO_RESULTS", "result": {"addressMatches": []}}"#)
    }
    defer { server.stop() }
    let time = ManualTime()
    let address = PostalAddress(line: "5 “Café” & Söhne+1 #2%, 東京, LA 70116")
    for geocoder in geocoders(server, time: time) { _ = try geocoder.locate(address, deadline: .none(on: time)) }
    for request in server.requests {
      let parts = try #require(URLComponents(string: request.target))
      let value = parts.queryItems?.first { ["q", "address"].contains($0.name) }?.value
      #expect(value == "5 “Café” & Söhne+1 #2%, 東京, LA 70116")
      #expect(request.header("User-Agent")?.hasPrefix("festvibes-etl/") == true)
    }
    #expect(server.requests.count == 3)
  }

  @Test("is not asked for the rest after three failures in a row, or after one that is its own word")
  func breaker() throws {
    let addresses = (1...10).map { PostalAddress(line: "\($0) Canal St, New Orleans, LA") }
    for (name, asked) in [(PipelineError.Name.sourceUnavailable, 3), (.sourceThrottled, 1), (.sourceRefused, 1)] {
      let geocoder = FakeGeocoder { _ throws(PipelineError) in throw PipelineError(name, "no") }
      #expect(geocoder.locate(addresses, deadline: .none(on: ManualTime())).count == asked)
    }
    let sometimes = FakeGeocoder { address throws(PipelineError) in
      guard address.line.hasPrefix("1") else { throw PipelineError(.sourceUnavailable, "no") }
      return .miss
    }
    let mixed = [1, 2, 3, 10, 4, 5, 10].map { addresses[$0 - 1] }
    #expect(sometimes.locate(mixed, deadline: .none(on: ManualTime())).count == 7)
  }
}
