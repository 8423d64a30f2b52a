import Definitions
import Fetching
import JSON
import Processing
import Text

extension HTTPReader {
  /// The keys of `extract` with `plugin: http`.
  public static let form = PluginForm(
    "http", "Requests to one site: an API, or a file behind an address.",
    SectionForm(
      [
        KeyForm(
          "url", .text(.address), isRequired: true,
          "The address, with {parameter}, {date}, {YYYY}, {YY}, {MM} and {DD} in path and query."),
        KeyForm(
          "query", .map(of: .list(of: .text())),
          "Query items; a list is several items of one name. One that url has itself is left out."),
        KeyForm("method", .choice(["GET", "POST"]), standard: "GET", "The request's method."),
        KeyForm("body", .text(), "The body of a POST, with the same names as the address."),
        KeyForm("form", .map(of: .list(of: .text())), "The items of a form that is the body of a POST."),
        KeyForm("headers", .map(of: .text(.headerValue)), "Further headers."),
        KeyForm("user_agent", .text(.headerValue), standard: defaultUserAgent, "The User-Agent header."),
        KeyForm("auth", .section(.authentication), "The credentials."),
        KeyForm(
          "robots", .choice(["obey", "ignore"]), standard: "ignore with auth, else obey",
          "obey reads the site's robots.txt; ignore is for an API whose terms permit the requests."),
        KeyForm("paginate", .section(.pagination), "How further pages follow; without it there is one page."),
        KeyForm(
          "fallback_periods", .integer(1...120),
          "Periods before the date that are tried, one after the other, while the source answers 404."),
        KeyForm(
          "period", .choice(Period.allCases.map(\.rawValue)), standard: "month", "The period of fallback_periods."),
        KeyForm("rate", .section(.rate), standard: "1 request per second", "The rate that a run's scrapers share."),
        KeyForm("retry", .section(.retry), "The attempts at a request that fails for the moment."),
        KeyForm("breaker", .section(.breaker), "The circuit breaker."),
        KeyForm("timeout_seconds", .number(0.1...600), standard: "30", "The limit of a request."),
        KeyForm("timeout", .number(0.1...600), "System 002's name for timeout_seconds."),
        KeyForm("max_body_mb", .integer(1...32), standard: "10", "The limit of a response's body."),
        KeyForm(
          "verify_ssl", .any,
          ignored: "certificates are always verified; give a certificate authority of your own as SSL_CERT_FILE",
          "Ignored."),
        KeyForm("format", .any, ignored: "it is ignored: the file's own bytes say its format", "Ignored."),
        KeyForm("incremental", .section(.httpIncremental), "Reads what has changed since the last loaded record."),
      ], rule: rule))

  static let defaultUserAgent = "festvibes-etl/1.0 (scheduled reader of public data)"

  @Sendable private static func rule(_ section: Section) -> (key: String, problem: String)? {
    if section.text("method") != "POST", let key = ["body", "form"].first(where: { section[$0] != nil }) {
      return (key, "only a request with method: POST has a body")
    }
    if section["body"] != nil, section["form"] != nil { return ("form", "give body or form, not both") }
    let headers = section.section("headers")?.keys ?? []
    if Set(headers.map { $0.lowercased() }).count < headers.count { return ("headers", "a header is there twice") }
    for name in headers {
      if let problem = headerProblem(name) { return ("headers", "\(name): \(problem)") }
    }
    if section["timeout"] != nil, section["timeout_seconds"] != nil {
      return ("timeout", "it is another name for timeout_seconds: delete one of them")
    }
    let names = RequestTemplate(section).names
    if section["fallback_periods"] != nil, !names.contains(where: TemplateValues.dateNames.contains) {
      return ("fallback_periods", "the request has no {date}, {YYYY}, {YY}, {MM} or {DD} that could walk back")
    }
    if section["period"] != nil, section["fallback_periods"] == nil {
      return ("period", "it says how far fallback_periods goes, which is missing")
    }
    if let incremental = section.section("incremental") {
      if names.contains(SinceValue.name), incremental["initial"] == nil {
        return ("incremental", "initial is missing: the request has {since}, which has no other value in a first run")
      }
      if incremental["initial"] != nil, !names.contains(SinceValue.name),
        incremental["parameter"] == nil, incremental["header"] == nil
      {
        return ("incremental.initial", "the request does not name {since}: give parameter or header, or {since}")
      }
      if let name = incremental.text("header"), let problem = headerProblem(name) {
        return ("incremental.header", "\(name): \(problem)")
      }
    }
    let host = RequestTemplate.split(section.text("url") ?? "").origin
    if section["auth"] != nil, !isProtected(host), !isOpen(section.text("url")) {
      return ("url", "it must begin with https://: credentials are not sent in the clear but to this machine")
    }
    return nil
  }

  /// True for an address with a variable that has no value yet, in a definition that is only looked at.
  static func isOpen(_ address: String?) -> Bool { address?.contains("${") ?? false }

  /// True for https, and for this machine.
  static func isProtected(_ origin: String) -> Bool {
    guard let scheme = origin.firstRange(of: "://") else { return false }
    var host = origin[scheme.upperBound...].prefix { $0 != "/" }
    if host.last != "]", let colon = host.lastIndex(of: ":") { host = host[..<colon] }
    return origin.hasPrefix("https://") || host.filter { $0 != "[" && $0 != "]" }.isLoopbackHost
  }

  private static func headerProblem(_ name: String) -> String? {
    guard !name.isEmpty, name.utf8.allSatisfy(\.isHTTPTokenCharacter) else { return "it is no name of a header" }
    return switch name.lowercased() {
    case "authorization", "proxy-authorization", "cookie": "credentials belong under auth, which keeps them secret"
    case "user-agent": "give it as user_agent"
    case "host", "content-length", "transfer-encoding", "connection", "accept-encoding", "if-none-match",
      "if-modified-since":
      "the program sets it"
    default: nil
    }
  }
}

extension Form.Rule {
  /// An http or https address whose host is plain.
  static let address = Form.Rule(
    "an address such as https://api.example.org/v1/items, with no {name} in its host, no user and no #",
    pattern: "^https?://[^/?#@{}]+([/?][^#]*)?$"
  ) { text in
    Site(RequestTemplate.split(text).origin) != nil && !text.contains("#")
      && !text.unicodeScalars.contains { $0.value <= 0x20 }
  }

  static let headerValue = Form.Rule("a text that a header can hold: visible ASCII, and no space at its ends") { text in
    text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && text.utf8.first != 0x20 && text.utf8.last != 0x20
  }

  static let selector = Form.Rule("a path into the document, such as .page.totalPages") { JSONSelector($0) != nil }
}
