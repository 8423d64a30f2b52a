import APIEvents
import APIHTML
import APIRoutes
import APIRouting
import APISearch
import APISupport
import Contracts
import Foundation
import FoundationXML
import JSON
import Settings
import Testing
import Time

@testable import APIDocument

@Suite("The OpenAPI document")
struct DocumentTests {
  /// Nothing is connected.
  private func routes() throws -> [Route] {
    EventRoutes.all(
      try APIDatabase(url: "postgres://127.0.0.1/none", connections: 1), series: { _ in nil })
      + [Route("GET", "/ops", access: .password, "Not for clients") { _ in APIResponse() }]
  }

  @Test("It has the routes with their parameters, as the router checks them, and none for browsers")
  func routesAndParameters() throws {
    let routes = try routes()
    let paths = try #require(OpenAPIDocument(routes, isPublic: false).json.object?["paths"]?.object)
    #expect(Set(paths.names) == Set(routes.map(\.path)).subtracting(["/ops"]))
    for route in routes where route.access != .password {
      let operation = try #require(paths[route.path]?.object?["get"]?.object)
      let parameters = (operation["parameters"]?.array ?? []).compactMap(\.object)
      #expect(parameters.compactMap { $0["name"]?.string } == route.parameters.map(\.name))
      for parameter in parameters { #expect(parameter["description"]?.string?.hasSuffix(".") == true, "\(parameter)") }
      let password: [JSONValue] = route.path == "/events.ics" ? [["password": []]] : []
      #expect(operation["security"] == .array([["key": []], ["bearer": []]] + password))
      #expect(operation["responses"]?.object?["401"] != nil)
      #expect(operation["responses"]?.object?["200"]?.object?["content"] != nil)
    }
    let open = try #require(OpenAPIDocument(routes, isPublic: true).json.object?["paths"]?.object)
    #expect(open["/events"]?.object?["get"]?.object?["security"] == [])
    for path in ["/runs", "/runs/{id}", "/rejected", "/datasets"] {
      #expect(open[path]?.object?["get"]?.object?["security"] == [["key": []], ["bearer": []]], "\(path)")
    }
  }

  @Test("A status whose response has the form of one with 200 has both forms")
  func sameForm() throws {
    let route = Route("GET", "/state", access: .open, "State") { _ in APIResponse() }.documented(
      RouteDocumentation(statuses: [503: "Bad"], sameFormStatuses: [503]))
    let paths = OpenAPIDocument([route], isPublic: true).json.object?["paths"]?.object
    let responses = paths?["/state"]?.object?["get"]?.object?["responses"]?.object
    let content = try #require(responses?["503"]?.object?["content"]?.object)
    #expect(content.names == ["application/json", "application/problem+json"])
  }

  @Test("Bounds, choices, defaults and examples are there")
  func parameters() throws {
    let paths = try #require(OpenAPIDocument(try routes(), isPublic: true).json.object?["paths"]?.object)
    let parameters = try #require(paths["/events"]?.object?["get"]?.object?["parameters"]?.array).compactMap(\.object)
    func parameter(_ name: String) throws -> JSONObject {
      try #require(parameters.first { $0["name"]?.string == name })
    }
    #expect(
      try parameter("limit")["schema"] == ["type": "integer", "minimum": 1, "maximum": 500, "default": 50])
    #expect(try parameter("status")["schema"]?.object?["enum"] == ["scheduled", "cancelled", "any"])
    #expect(try parameter("near")["example"] == "29.9640,-90.0580")
    let pattern = try #require(try parameter("near")["schema"]?.object?["pattern"]?.string)
    let expression = try Regex(pattern)
    #expect("29.9640,-90.0580".wholeMatch(of: expression) != nil)
    #expect("-90,180.0".wholeMatch(of: expression) != nil)
    #expect("91,0".wholeMatch(of: expression) == nil)
    #expect(
      try parameter("from")["description"]?.string?.hasSuffix("By default today, unless date or starts_after is given.")
        == true)
  }

  @Test("The document has the rules about pairs of parameters")
  func rules() throws {
    let paths = try #require(OpenAPIDocument(try routes(), isPublic: true).json.object?["paths"]?.object)
    let text = try #require(paths["/events"]?.object?["get"]?.object?["description"]?.string)
    for rule in [
      "`from` is at most `to`.", "`date` cannot be given with `from`.", "`within` can be given only with `near`.",
    ] {
      #expect(text.contains(rule), "\(rule)")
    }
  }

  @Test("An item of a list may have several lines")
  func lists() {
    var html = HTMLWriter()
    html.commonMark("Two:\n\n- One `code`\n  goes on,\n  and on.\n- Two - with a dash")
    #expect(
      html.text == "<p>Two:</p><ul><li>One <code>code</code> goes on, and on.</li><li>Two - with a dash</li></ul>")
  }

  @Test("A server without the model says so at /search, which it does not list")
  func missingSearch() throws {
    var configuration = Configuration(environment: [
      "API_PUBLIC": "true", "API_DATABASE_URL": "postgres://127.0.0.1/none",
    ])
    let settings = APISettings(from: &configuration)
    let database = try APIDatabase(settings, connections: 1)
    func get(_ path: String, _ others: APIRoutes.Others = .init()) -> APIResponse {
      APIRoutes.router(settings, database, others: others, makeID: { "id" }, log: { _ in }).response(
        to: APIRequest(method: "GET", path: path, query: path == "/search" ? "q=brass&limit=3" : ""))
    }
    let response = get("/search")
    #expect(response.status == 404)
    #expect(String(decoding: response.body, as: UTF8.self).contains("This server has no search"))
    for path in ["/", "/openapi.json"] {
      #expect(!String(decoding: get(path).body, as: UTF8.self).contains("/search\""), "\(path)")
    }
    var others = APIRoutes.Others()
    others.routes = { _ in
      [
        Route("GET", "/search", [.init("q", .text(longest: 9), "Q"), .init("limit", .integer(1...9), "L")], "Search") {
          _ in APIResponse(status: 204)
        }
      ]
    }
    #expect(get("/search", others).status == 204)
  }

  @Test("A search without a question is refused", arguments: ["q=", "q=+%20", ""])
  func emptySearch(query: String) throws {
    let route = SearchRoute(
      try APIDatabase(url: "postgres://127.0.0.1/none", connections: 1), source: "wwoz",
      zone: try TimeZoneRules(identifier: EventZone.identifier)
    ) { () throws(PipelineError) in throw PipelineError(.configurationInvalid, "no model") }
    let response = Router([route.route], RouterSettings(isPublic: true, makeID: { "id" })).response(
      to: APIRequest(method: "GET", path: "/search", query: query))
    #expect(response.status == 422)
  }

  @Test("The page loads nothing, has every route, and escapes what it shows")
  func page() throws {
    let router = Router(
      DocumentRoutes.all(
        of: try routes() + [
          Route("GET", "/odd", access: .open, "<script>alert(1)</script> & more") { _ in APIResponse() }
        ],
        isPublic: true), RouterSettings(makeID: { "id" }))
    let pages = ["/docs", "/redoc"].map { router.response(to: APIRequest(method: "GET", path: $0)) }
    #expect(pages[0].body == pages[1].body)
    #expect(pages[0].headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
    let text = String(decoding: pages[0].body, as: UTF8.self)
    for word in ["<script", "<link", "<img", "src=", "@import", "url("] { #expect(!text.contains(word), "\(word)") }
    #expect(text.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"))
    #expect(text.contains("GET /events/{id}"))
    // Well-formed XML, as the writer says.
    #expect(try XMLDocument(data: Data(pages[0].body)).rootElement()?.name == "html")
    #expect(text.contains("venue.latitude"))
    let json = router.response(to: APIRequest(method: "GET", path: "/openapi.json"))
    #expect(try JSONValue(parsing: json.body).object?["openapi"] == "3.1.0")
  }
}
