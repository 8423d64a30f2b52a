import Contracts
import Definitions
import Fetching
import FoundationEssentials
import JSON
import Processing
import Text

/// The request of a definition, with names in place of an item's values.
struct RequestTemplate: Sendable {
  enum Body: Sendable {
    case text(Template, isJSON: Bool)
    case form([(name: String, value: Template)])
  }

  /// The characters of a path or a query that a definition may write as they are.
  private static let plain = "/?%:@!$&'()*+,;=[]"

  private let path: Template
  /// The query that the address has itself; nil if it has none.
  private let ownQuery: Template?
  /// Without the items that the address has itself.
  private let query: [(name: String, value: Template)]
  private let method: String
  private let body: Body?
  /// The Content-Type of the body, unless the definition's headers have one.
  private let contentType: String?

  /// - Parameter section: the section `extract`, which was checked.
  init(_ section: Section) {
    let address = Self.split(section.text("url") ?? "")
    let parts = address.rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = Template(parts.first.map(String.init) ?? "")
    ownQuery = parts.count > 1 ? Template(String(parts[1])) : nil
    let own = Set(parts.dropFirst().joined().split(separator: "&").map { QueryItems.name(of: $0) })
    query = Self.items(section.section("query")).filter { !own.contains($0.name.lowercased()) }
    method = section.text("method") ?? "GET"
    if let text = section.text("body") {
      let first = text.first { !$0.isWhitespace }
      body = .text(Template(text), isJSON: first == "{" || first == "[")
    } else {
      body = section.section("form").map { .form(Self.items($0)) }
    }
    let headers = section.section("headers")?.keys.map { $0.lowercased() } ?? []
    contentType = headers.contains("content-type") ? nil : body.map(Self.contentType)
  }

  /// Every name in the request.
  var names: [String] {
    let inBody =
      switch body {
      case .text(let template, _)?: template.names
      case .form(let items)?: items.flatMap(\.value.names)
      case nil: [String]()
      }
    return path.names + (ownQuery?.names ?? []) + query.flatMap(\.value.names) + inBody
  }

  /// Splits an address behind its host.
  static func split(_ url: String) -> (origin: String, rest: Substring) {
    guard let scheme = url.firstRange(of: "://") else { return (url, "") }
    let end = url[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? url.endIndex
    return (String(url[..<end]), url[end...])
  }

  /// Returns the request for some values.
  /// - Parameters:
  ///   - items: query items of paging, which replace those of the same name.
  /// - Throws: `InvalidInput` for a name without a value, and for a value that would change the path.
  func request(
    _ values: TemplateValues, adding items: [(name: String, value: String)] = [], at site: Site
  ) throws(PipelineError) -> FetchRequest {
    var text = try Self.address(path, values)
    if !text.utf8.starts(with: "/".utf8) { text = "/" + text }
    guard !text.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
      throw PipelineError(
        .invalidInput,
        "a value of the item '\(values.item)' makes the path of the address \(text): it must not be '.' or '..'")
    }
    var query: [String] = []
    if let ownQuery {
      query.append(try Self.address(ownQuery, values))
    }
    for (name, value) in self.query {
      let filled = PercentEncoding.encode(try Self.filled(value, values, key: "query.\(name)"))
      query.append("\(PercentEncoding.encode(name))=\(filled)")
    }
    var url = site.origin + text
    let joined = query.filter { !$0.isEmpty }.joined(separator: "&")
    if !joined.isEmpty { url += "?\(joined)" }
    for item in items { url = QueryItems.setting(item.name, to: item.value, in: url) }
    return try request(url, values)
  }

  /// Returns the request for an address that the source has named, with the same method and body.
  /// - Throws: as the other function.
  func request(_ url: String, _ values: TemplateValues) throws(PipelineError) -> FetchRequest {
    guard method != "GET" || body != nil else { return FetchRequest(url) }
    return FetchRequest(
      url, method: method, headers: contentType.map { ["Content-Type": $0] } ?? [:], body: try bytes(values))
  }

  private func bytes(_ values: TemplateValues) throws(PipelineError) -> Data? {
    switch body {
    case .text(let template, let isJSON)?:
      let text = try template.filled { (name) throws(PipelineError) in
        let value = try values.value(of: name, key: "body")
        // Inside a text of JSON.
        return isJSON ? String(JSONValue.string(value).text.dropFirst().dropLast()) : value
      }
      return Data(text.utf8)
    case .form(let items)?:
      var parts: [String] = []
      for (name, value) in items {
        let filled = PercentEncoding.encode(try Self.filled(value, values, key: "form.\(name)"))
        parts.append("\(PercentEncoding.encode(name))=\(filled)")
      }
      return Data(parts.joined(separator: "&").utf8)
    case nil: return nil
    }
  }

  /// Returns a part of the address.
  static func address(_ template: Template, _ values: TemplateValues) throws(PipelineError) -> String {
    try template.filled(plain: { PercentEncoding.encode($0, keeping: plain) }) { (name) throws(PipelineError) in
      PercentEncoding.encode(try values.value(of: name, key: "url"))
    }
  }

  private static func filled(
    _ template: Template, _ values: TemplateValues, key: String
  ) throws(PipelineError) -> String {
    try template.filled { (name) throws(PipelineError) in try values.value(of: name, key: key) }
  }

  /// Returns the items of a map. A list stands for several items of one name.
  private static func items(_ section: Section?) -> [(name: String, value: Template)] {
    (section?.keys ?? []).flatMap { name in (section?.texts(name) ?? []).map { (name, Template($0)) } }
  }

  private static func contentType(_ body: Body) -> String {
    switch body {
    case .form: "application/x-www-form-urlencoded"
    case .text(_, isJSON: true): "application/json"
    case .text: "text/plain; charset=utf-8"
    }
  }
}
