import Contracts
import Fetching
import Foundation
import HTTP
import Processing
import TestSupport
import Testing
import Time

@testable import HTTPExtractor

/// Requests from a definition's templates.
@Suite("Requests from templates")
struct RequestTests {
  private func request(
    _ yaml: String, date: String? = nil, _ parameters: [String: String] = [:]
  ) throws -> FetchRequest {
    let api = FakeAPI { _, _ in .success(FakeAPI.Response(body: "[]")) }
    _ = try read(makeReader(yaml), makeItem("x", date: date, parameters), via: api)
    return try #require(api.requests.first)
  }

  private func target(_ yaml: String, date: String? = nil, _ parameters: [String: String] = [:]) throws -> String {
    String(try request("url: " + sourceURL + yaml, date: date, parameters).url.dropFirst(sourceURL.count))
  }

  @Test("Values are percent-encoded in path and query, and the plain text is kept")
  func encoding() throws {
    let parameters = ["city": "New Orleans/LA?&#%é+", "q": "a=b&c"]
    #expect(
      try target("/v1/{city}/events?sort=date,asc&near={city}\nquery: {q: \"{q}\", size: 200}", parameters)
        == "/v1/New%20Orleans%2FLA%3F%26%23%25%C3%A9%2B/events?sort=date,asc"
        + "&near=New%20Orleans%2FLA%3F%26%23%25%C3%A9%2B&q=a%3Db%26c&size=200")
    #expect(try target("\nquery: {\"a b\": [x, \"y z\"], e: \"\"}") == "/?a%20b=x&a%20b=y%20z&e=")
    #expect(try target("?x=1") == "/?x=1")
    // The address may be the value of a variable, which has an item itself.
    #expect(try target("?Tag%5B%5D=213&b\nquery: {\"tag[]\": 7, b: 2, size: 9}") == "/?Tag%5B%5D=213&b&size=9")
    #expect(try target("/caf%C3%A9/é") == "/caf%C3%A9/%C3%A9")
  }

  @Test("A date is the item's, or that of the run in the dataset's zone")
  func dates() throws {
    let yaml = "/sh_{MM}_{YY}.xls?d={date}&y={YYYY}{MM}{DD}"
    #expect(try target(yaml, date: "2024-05-31") == "/sh_05_24.xls?d=2024-05-31&y=20240531")
    // 2024-05-31T19:00:00Z, and five hours before midnight of the next day in UTC.
    let api = FakeAPI { _, _ in .success(FakeAPI.Response(body: "[]")) }
    api.began = Date(timeIntervalSince1970: 1_717_203_600)
    _ = try read(makeReader("url: \(sourceURL)/{date}"), makeItem(), via: api)
    #expect(api.targets == ["/2024-05-31"])
    let late = FakeAPI { _, _ in .success(FakeAPI.Response(body: "[]")) }
    late.began = nil
    let time = ManualTime(Date(timeIntervalSince1970: 1_717_203_600 + 11 * 3600))
    _ = try read(makeReader("url: \(sourceURL)/{date}", time: time), makeItem(), via: late)
    #expect(late.targets == ["/2024-06-01"])
    #expect(try target("/{date}", ["date": "own"]) == "/own", "a parameter counts before the date")
  }

  @Test("Braces that are no name are plain, and a doubled pair is a single one")
  func braces() {
    for (text, parts) in [
      ("{a}", [.name("a")]), ("x{a_1}y", [.text("x"), .name("a_1"), .text("y")]), ("{{a}}", [.text("{a}")]),
      (#"{"a": {b}}"#, [.text(#"{"a": "#), .name("b"), .text("}")]), ("{ a }", [.text("{ a }")]), ("{", [.text("{")]),
      ("{a", [.text("{a")]), ("{1}", [.text("{1}")]), ("{}", [.text("{}")]), ("{{a}", [.text("{"), .name("a")]),
      ("é{a}é", [.text("é"), .name("a"), .text("é")]), ("", []),
    ] as [(String, [Template.Part])] {
      #expect(Template(text).parts == parts, "\(text)")
    }
  }

  @Test("A value in a JSON body is escaped, and cannot end its text")
  func jsonBody() throws {
    let request = try request(
      "url: \(sourceURL)/q\nmethod: POST\nbody: '{\"city\": \"{city}\", \"n\": [1]}'", ["city": "a\"}\n\\"])
    #expect(request.method == "POST" && request.headers == ["Content-Type": "application/json"])
    #expect(String(decoding: try #require(request.body), as: UTF8.self) == #"{"city": "a\"}\n\\", "n": [1]}"#)
  }

  @Test("A form, a plain body, and a Content-Type of its own")
  func otherBodies() throws {
    let form = try request("url: \(sourceURL)/q\nmethod: POST\nform: {a: \"{v}\", \"b c\": [1, 2]}", ["v": "x&y z"])
    #expect(form.body == Data("a=x%26y%20z&b%20c=1&b%20c=2".utf8))
    #expect(form.headers == ["Content-Type": "application/x-www-form-urlencoded"])
    let plain = try request("url: \(sourceURL)/q\nmethod: POST\nbody: v={v}", ["v": "\"q\""])
    #expect(plain.body == Data("v=\"q\"".utf8) && plain.headers["Content-Type"] == "text/plain; charset=utf-8")
    let own = try request(
      "url: \(sourceURL)/q\nmethod: POST\nbody: <a/>\nheaders: {content-type: application/xml}")
    #expect(own.headers.isEmpty, "the policy has it")
    #expect(try request("url: \(sourceURL)/q\nmethod: POST").body == nil)
  }

  @Test("A name without a value, and a value that changes the path, are errors of the item")
  func oddValues() throws {
    let missing = #expect(throws: PipelineError.self) { try target("/{town}", ["city": "x"]) }
    #expect(missing?.name == .invalidInput)
    #expect(missing?.message.contains("extract.url names {town}, but the item 'x' has only city") == true)
    for value in [".", ".."] {
      let error = #expect(throws: PipelineError.self) { try target("/a/{v}/b", ["v": value]) }
      #expect(error?.name == .invalidInput)
    }
    #expect(try target("/a/{v}", ["v": "../../x"]) == "/a/..%2F..%2Fx")
  }

  @Test("A template that is missing walks back, period by period, with all its names")
  func walkBack() throws {
    for (period, date, tried) in [
      ("month", "2024-03-31", ["03-24", "02-24", "01-24"]),
      ("day", "2024-03-01", ["03-24-01", "02-24-29", "02-24-28"]),
      ("year", "2024-02-29", ["02-24", "02-23", "02-22"]), ("month", "2024-01-15", ["01-24", "12-23", "11-23"]),
    ] {
      let api = FakeAPI(["/f_\(tried[2])": list(1...1)])
      let path = period == "day" ? "{MM}-{YY}-{DD}" : "{MM}-{YY}"
      let reader = try makeReader("url: \(sourceURL)/f_\(path)\nfallback_periods: 2\nperiod: \(period)")
      let reading = try read(reader, makeItem("x", date: date), via: api)
      #expect(api.targets == tried.map { "/f_\($0)" })
      #expect(reading.records.count == 1 && reading.facts.isComplete)
      #expect(reading.facts.warnings.first?.reason.contains("does not exist yet: 2 \(period) earlier was read") == true)
    }
  }

  @Test("After the last period, or without one, a missing page is refused")
  func missing() throws {
    let api = FakeAPI([:])
    let reader = try makeReader("url: \(sourceURL)/{YYYY}{MM}\nfallback_periods: 1")
    let item = try makeItem("x", date: "2024-05-31")
    let error = #expect(throws: PipelineError.self) { try read(reader, item, via: api) }
    #expect(error?.name == .sourceRefused && error?.message.contains("202405 is missing") == true)
    #expect(error?.message.contains("as far as \(sourceURL)/202404") == true && api.targets == ["/202405", "/202404"])
    let plain = try makeReader("url: \(sourceURL)/a")
    let refused = #expect(throws: PipelineError.self) { try read(plain, item, via: api) }
    #expect(refused?.name == .sourceRefused && refused?.message.contains("status 404") == true)
    let forbidden = FakeAPI { _, _ in .success(FakeAPI.Response(status: 403, body: "")) }
    #expect(throws: PipelineError.self) { try read(reader, item, via: forbidden) }
    #expect(forbidden.targets.count == 1, "only a missing page walks back")
  }

  @Test("A page behind the first one keeps the period that was found")
  func pagesOfAPeriod() throws {
    let api = FakeAPI(["/02?page=1": list(1...1), "/02?page=2": "[]"])
    let reader = try makeReader("url: \(sourceURL)/{MM}\nfallback_periods: 3\npaginate: {kind: page_number}")
    _ = try read(reader, makeItem("x", date: "2024-03-31"), via: api)
    #expect(api.targets == ["/03?page=1", "/02?page=1", "/02?page=2"])
  }
}
