import Contracts
import Foundation
import JSON
import TestSupport
import Testing
import Time

@testable import APIRouting

@Suite("Router")
struct RouterTests {
  private let echo = Route(
    "GET", "/items/{id}",
    [
      .path("id", .integer(1...99), "The item"), RouteParameter("limit", .integer(1...5), standard: "2", "The limit"),
      RouteParameter("q", .text(longest: 5), "A text"),
      RouteParameter("least", .decimal(least: 0, most: 9.5), "A number"),
      RouteParameter("day", .date, "A day"), RouteParameter("since", .time, "A time"),
      RouteParameter("kind", .choice(["a", "b"]), "A kind"), RouteParameter("deep", .flag, "A flag"),
    ], access: .open, maxAge: 5, "An item"
  ) { call in
    APIResponse(json: ["id": .number(JSONNumber(call.integer("id") ?? 0)), "q": .string(call.text("q") ?? "none")])
  }

  private func router(_ routes: [Route], _ change: (inout RouterSettings) -> Void = { _ in }) -> Router {
    var settings = RouterSettings(makeID: { "made" })
    change(&settings)
    return Router(routes, settings)
  }

  private func get(
    _ target: String, _ headers: [String: String] = [:], method: String = "GET", on router: Router? = nil
  ) -> APIResponse {
    let sides = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
    let request = APIRequest(
      method: method, path: sides[0], query: sides.count > 1 ? sides[1] : "", headers: headers)
    return (router ?? self.router([echo])).response(to: request)
  }

  private func text(_ response: APIResponse) -> String { String(decoding: response.body, as: UTF8.self) }

  private func faults(_ response: APIResponse) throws -> [String] {
    let errors = try #require(try JSONValue(parsing: response.body).object?["errors"]?.array)
    return errors.compactMap { $0.object?["name"]?.string }
  }

  @Test("A handler gets the values of path and query without their escapes")
  func values() {
    let response = get("/items/%37?q=a+%C3%A9&limit=5")
    #expect(response.status == 200)
    #expect(text(response) == #"{"id":7,"q":"a é"}"#)
    #expect(response.headers["content-type"] == "application/json")
    #expect(response.headers["x-request-id"] == "made")
    #expect(response.headers["x-content-type-options"] == "nosniff")
  }

  @Test("422 names every unknown, repeated and wrong parameter")
  func allFaults() throws {
    let response = get("/items/0?limit=6&x=1&q=a&q=b&least=-1&day=2024-02-30&since=now&kind=c&deep=yes")
    #expect(response.status == 422)
    #expect(response.headers["content-type"] == "application/problem+json")
    #expect(
      try faults(response) == ["id", "x", "q", "limit", "least", "day", "since", "kind", "deep"])
  }

  @Test(
    "Each kind refuses what does not fit",
    arguments: [
      "limit=", "limit=01", "limit=1.0", "limit=99999999999999999999", "q=abcdef", "q=%00", "q=a%0A", "least=1e999",
      "least=NaN", "least=9.51", "day=2024-5-1", "since=2024-05-01T25:00:00Z", "deep=1", "deep=TRUE", "kind=",
    ])
  func refusals(query: String) throws {
    let response = get("/items/1?\(query)")
    #expect(response.status == 422)
    #expect(try faults(response) == [String(query.prefix { $0 != "=" })])
  }

  @Test(
    "Each kind takes what fits",
    arguments: [
      "limit=1", "q=", "q=%F0%9F%8E%B7", "least=0", "least=9.5", "least=1e-3", "day=2024-02-29", "since=2024-05-01",
      "since=2024-05-01T20:00:00", "since=2024-05-01T20:00:00.123Z", "since=2024-05-01T20:00:00%2B02:00", "deep=true",
      "&&kind=b&",
    ])
  func acceptances(query: String) { #expect(get("/items/1?\(query)").status == 200) }

  @Test(
    "A broken escape is 400", arguments: ["/items/%", "/items/%2", "/items/%ff", "/items/1?q=%G0", "/items/1?q=%fe"])
  func escapes(target: String) { #expect(get(target).status == 400) }

  @Test(
    "Another path is 404", arguments: ["/", "/items", "/items/", "/items/1/", "/items/1/2", "//items/1", "items/1"])
  func paths(target: String) { #expect([404, 400].contains(get(target).status)) }

  @Test("Another method is 405 with those that are allowed", arguments: ["POST", "DELETE", "OPTIONS", "get", "TRACE"])
  func methods(method: String) {
    let response = get("/items/1", method: method)
    #expect(response.status == 405)
    #expect(response.headers["allow"] == "GET, HEAD")
  }

  @Test("HEAD has the headers of GET and no body")
  func head() {
    let (whole, head) = (get("/items/1"), get("/items/1", method: "HEAD"))
    #expect(head.body.isEmpty)
    #expect(head.headers["content-length"] == String(whole.body.count))
    #expect(head.headers["etag"] == whole.headers["etag"])
  }

  @Test("A fixed path goes before one with a parameter")
  func fixedPath() {
    let fixed = Route("GET", "/items/new", access: .open, "New") { _ in APIResponse(json: "new") }
    #expect(text(get("/items/new", on: router([echo, fixed]))) == "\"new\"")
  }

  @Test("A response that the client has is 304, under either form of the tag")
  func conditional() throws {
    let tag = try #require(get("/items/1").headers["etag"])
    #expect(tag.hasPrefix("W/\""))
    for held in [tag, String(tag.dropFirst(2)), "\"x\", \(tag)", "*"] {
      let response = get("/items/1", ["if-none-match": held])
      #expect(response.status == 304)
      #expect(response.body.isEmpty)
      #expect(response.headers["etag"] == tag)
    }
    #expect(get("/items/1", ["if-none-match": "\"other\""]).status == 200)
    #expect(get("/items/1").headers["cache-control"] == "public, max-age=5")
    #expect(get("/items/1?x=1").headers["cache-control"] == "no-store")
  }

  @Test("A failure of the handler shows nothing of its cause")
  func failures() throws {
    struct Secret: Error {}
    let entries = Locked<[String]>([])
    func respond(_ error: any Error) -> APIResponse {
      let failing = Route("GET", "/", access: .open, "Fails") { _ in throw error }
      let router = router([failing]) { $0.log = { entry in entries.change { $0.append(entry.failure ?? "") } } }
      return get("/", on: router)
    }
    let busy = respond(PipelineError(.databaseUnavailable, "host.internal is down"))
    #expect(busy.status == 503)
    #expect(busy.headers["retry-after"] == "5")
    #expect(!text(busy).contains("internal"))
    #expect(text(busy).contains("The database cannot answer"))
    let unmigrated = respond(PipelineError(.schemaMismatch, "column x"))
    #expect(unmigrated.status == 500)
    #expect(text(unmigrated).contains("festvibes migrate") && !text(unmigrated).contains("column x"))
    #expect(respond(Secret()).status == 500)
    #expect(
      entries.change { $0 } == ["DatabaseUnavailable: host.internal is down", "SchemaMismatch: column x", "Secret()"])
  }

  @Test("503 names what cannot be read, not always the database")
  func unavailable() {
    for (name, what) in [
      (PipelineError.Name.storageUnavailable, "object storage"), (.deadlineExceeded, "in time"),
      (.databaseConflict, "The database"), (.cacheUnavailable, "What this reads from"),
    ] {
      let failing = Route("GET", "/", access: .open, "Fails") { _ in throw PipelineError(name, "secret") }
      let response = get("/", on: router([failing]))
      #expect(response.status == 503)
      #expect(text(response).contains(what), "\(name)")
      #expect(what == "The database" || !text(response).contains("database"), "\(name)")
    }
  }

  @Test("Parameters that contradict each other are 422, and both are named; equal bounds do not")
  func rules() throws {
    let route = Route(
      "GET", "/",
      [
        RouteParameter("from", .date, "C"), RouteParameter("to", .date, "D"), RouteParameter("day", .date, "E"),
        RouteParameter("after", .time, "F"), RouteParameter("before", .time, "G"),
        RouteParameter("within", .integer(1...9), "H"), RouteParameter("near", .text(longest: 9), "I"),
      ], access: .open, "Rules"
    ) { _ in APIResponse() }
    .ruled(by: [
      .ordered("from", "to"), .ordered("after", "before"), .exclusive("day", "from"),
      .exclusive("day", "to"), .needs("within", "near"),
    ])
    let router = router([route])
    for (query, names) in [
      ("from=2024-06-01&to=2024-05-31", ["from", "to"]),
      ("after=2024-05-31T20:00:00Z&before=2024-05-31T20:00:00%2B01:00", ["after", "before"]),
      ("day=2024-05-31&from=2024-05-31", ["day", "from"]), ("day=2024-05-31&to=2024-06-01", ["day", "to"]),
      ("within=1", ["within"]), ("within=0&from=2024-06-02&to=2024-06-01", ["within", "from", "to"]),
    ] {
      let response = get("/?\(query)", on: router)
      #expect(response.status == 422, "\(query)")
      #expect(try faults(response) == names, "\(query)")
    }
    let twice = text(get("/?day=2024-05-31&from=2024-05-31&to=2024-05-31", on: router))
    #expect(twice.contains("wrong: day, from, to\""))
    for query in ["from=2024-05-31&to=2024-05-31", "within=1&near=x", "near=x", ""] {
      #expect(get("/?\(query)", on: router).status == 200, "\(query)")
    }
  }

  @Test("The client's request id is kept if a log can show it")
  func requestIDs() {
    #expect(get("/items/1", ["x-request-id": "a-1.b_2"]).headers["x-request-id"] == "a-1.b_2")
    for wrong in ["", "a b", "a\r\nb", String(repeating: "x", count: 129)] {
      #expect(get("/items/1", ["x-request-id": wrong]).headers["x-request-id"] == "made")
    }
  }

  @Test("Large responses that wait to be compressed are made again then, and none is refused")
  func waitingForCompression() {
    let (made, done) = (Locked(0), DispatchGroup())
    let large = Route("GET", "/large", access: .open, "Large") { _ in
      made.change { $0 += 1 }
      var response = APIResponse(Array(repeating: 0, count: APIResponse.small + 1), type: "text/plain")
      response.failure = "made \(made.change { $0 } > 12 ? "again" : "once")"
      return response
    }
    let failures = Locked<Set<String>>([])
    let router = router([large]) { settings in
      settings.log = { entry in failures.change { _ = $0.insert(entry.failure ?? "none") } }
    }
    #expect(router.completing.take(Router.mostCompleting, within: .zero))
    for _ in 0..<12 {
      done.enter()
      Thread.detachNewThread {
        let response = router.response(
          to: APIRequest(method: "GET", path: "/large", headers: ["accept-encoding": "gzip"]))
        #expect(response.status == 200 && response.headers["content-encoding"] == "gzip")
        done.leave()
      }
    }
    let end = ContinuousClock.now + .seconds(4)
    while router.completing.waitingThreads < 12, ContinuousClock.now < end { sched_yield() }
    #expect(made.change { $0 } == 12)
    router.completing.give(Router.mostCompleting)
    #expect(done.wait(timeout: .now() + 60) == .success)
    #expect(made.change { $0 } == 24)
    // The log has the failure of the response that was sent.
    #expect(failures.change { $0 } == ["made again"])
  }
}
