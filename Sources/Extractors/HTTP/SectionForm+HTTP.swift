import Definitions
import Processing

extension SectionForm {
  static let authentication = SectionForm(
    [
      KeyForm(
        "kind", .choice(["bearer", "basic", "header", "query", "oauth_client_credentials"]), isRequired: true,
        "How the source knows the reader."),
      KeyForm("name", .text(.headerValue), "For header and query: the name of the header or of the query item."),
      KeyForm("secret", .text(.headerValue), isSecret: true, "For bearer, header and query: the token or key."),
      KeyForm("prefix", .text(), "For header: a text before the secret, such as 'Token '."),
      KeyForm("user", .text(.headerValue), mayBeSecret: true, "For basic: the user's name."),
      KeyForm("password", .text(.headerValue), isSecret: true, "For basic: the password."),
      KeyForm("token_url", .text(.address), "For oauth_client_credentials: the token endpoint."),
      KeyForm("client_id", .text(.headerValue), isSecret: true, "For oauth_client_credentials: the client's id."),
      KeyForm(
        "client_secret", .text(.headerValue), isSecret: true, "For oauth_client_credentials: the client's secret."),
      KeyForm("scope", .text(.headerValue), "For oauth_client_credentials: scopes, separated by spaces."),
      KeyForm(
        "send", .choice(["header", "body"]), standard: "header",
        "For oauth_client_credentials: where id and secret are in the token request."),
    ]) { section in
      let keys: (required: [String], allowed: [String]) =
        switch section.text("kind") ?? "" {
        case "bearer": (["secret"], [])
        case "basic": (["user", "password"], [])
        case "header": (["name", "secret"], ["prefix"])
        case "query": (["name", "secret"], [])
        default: (["token_url", "client_id", "client_secret"], ["scope", "send"])
        }
      let kind = section.text("kind") ?? ""
      if let missing = keys.required.first(where: { section[$0] == nil }) {
        return (missing, "it is missing: kind \(kind) needs \(keys.required.joined(separator: " and "))")
      }
      if let odd = section.keys.first(where: { !(["kind"] + keys.required + keys.allowed).contains($0) }) {
        return (odd, "kind \(kind) has no such key: it has \((keys.required + keys.allowed).joined(separator: ", "))")
      }
      // A variable may have no value yet.
      if HTTPReader.isOpen(section.text("token_url")) { return nil }
      if let url = section.text("token_url"), !HTTPReader.isProtected(url) {
        return ("token_url", "it must begin with https://: credentials are not sent in the clear but to this machine")
      }
      if let url = section.text("token_url"), url.contains("{") || url.contains("?") {
        return ("token_url", "it has neither a query nor {names}")
      }
      return nil
    }

  static let pagination = SectionForm(
    [
      KeyForm(
        "kind", .choice(Pagination.Kind.allCases.map(\.rawValue)), isRequired: true,
        "What selects a page: a number, an offset, a cursor, the Link header, or an address in the body."),
      KeyForm("parameter", .text(), standard: "page, offset or cursor", "The query item that selects the page."),
      KeyForm(
        "first", .integer(0...1_000_000), standard: "1 for page_number, 0 for offset", "The first page's number."),
      KeyForm("size", .integer(1...100_000), "The records of a full page: a shorter one is the last."),
      KeyForm("size_parameter", .text(), "The query item that asks for pages of `size` records."),
      KeyForm("total_pages", .text(.selector), "The place of the number of pages, in the body."),
      KeyForm("total_pages_header", .text(.headerValue), "The header with the number of pages: X-WP-TotalPages."),
      KeyForm("total_records", .text(.selector), "The place of the number of records of all pages, in the body."),
      KeyForm("has_next", .text(.selector), "The place of a value that is true if another page follows."),
      KeyForm(
        "cursor", .text(.selector), "For cursor: the place of the next cursor; without one the page is the last."),
      KeyForm("next_url", .text(.selector), "For next_url: the place of the next address, of the same site."),
      KeyForm(
        "end_status", .list(of: .integer(400...499)), "Statuses behind the last page that are no error: [400]."),
      KeyForm(
        "end_code", .text(),
        "The end of the field `code` of such a response, without which it is an error: invalid_page_number."),
      KeyForm("max_pages", .integer(1...100_000), standard: "1000", "Pages of an item that are read at most."),
      KeyForm(
        "max_records", .integer(1...1_000_000),
        "Records of an item at most. The plan's max_records, divided over the items, counts as well."),
    ]) { section in
      let kind = Pagination.Kind(rawValue: section.text("kind") ?? "") ?? .pageNumber
      for key in ["cursor", "next_url"] {
        if key == kind.rawValue, section[key] == nil { return (key, "it is missing: kind \(kind.rawValue) needs it") }
        if key != kind.rawValue, section[key] != nil { return (key, "only kind \(key) has it") }
      }
      for key in ["first", "total_pages", "total_pages_header", "total_records"] {
        if !kind.isCounted, section[key] != nil { return (key, "kind \(kind.rawValue) does not count its pages") }
      }
      if kind.name == nil, section["parameter"] != nil {
        return ("parameter", "the source names the next address itself")
      }
      if section["size"] == nil {
        if section["size_parameter"] != nil { return ("size", "it is missing: size_parameter sends it") }
        if kind == .pageNumber, section["total_records"] != nil {
          return ("size", "it is missing: total_records cannot be divided into pages without it")
        }
      }
      if let odd = section.texts("end_status").first(where: { ["408", "425", "429"].contains($0) }) {
        return ("end_status", "\(odd) asks to try again: it ends no paging")
      }
      if section["end_code"] != nil, section["end_status"] == nil {
        return ("end_status", "it is missing: end_code is about its responses")
      }
      return nil
    }

  static let httpIncremental = SectionForm(
    [
      KeyForm(
        "parameter", .text(.headerValue),
        "The query item with the checkpoint minus the lag. Without it, `header` and {since} in the request, records before "
          + "that are left out after reading."),
      KeyForm("header", .text(.headerValue), "The header with the same value."),
      KeyForm(
        "initial", .text(.headerValue),
        "The value in a first run, which otherwise has neither parameter nor header. {since} in the request needs it."),
    ] + cursorKeys
  ) { section in
    if section["parameter"] != nil, section["header"] != nil { return ("header", "give parameter or header, not both") }
    return cursorRule(section)
  }

  static let rate = SectionForm([
    KeyForm("requests", .integer(1...1_000_000), isRequired: true, "The requests that the source allows."),
    KeyForm("per_seconds", .number(0.001...86_400), standard: "1", "The time in which it allows them."),
    KeyForm(
      "burst", .integer(1...1_000_000), standard: "requests",
      "The requests that may be sent at once after a pause. 1 keeps an even interval."),
    KeyForm(
      "headers", .choice(["obey", "ignore"]), standard: "ignore",
      "obey: where the headers of a response say that no request is left, none is sent before they say that there are some again."
    ),
  ])

  static let retry = SectionForm([
    KeyForm("attempts", .integer(1...10), standard: "3", "The attempts at a request, the first included."),
    KeyForm(
      "backoff_seconds", .number(0...300), standard: "1",
      "The longest pause before the second attempt, which doubles with each further one."),
  ])

  static let breaker = SectionForm([
    KeyForm("failures", .integer(1...1000), standard: "5", "The failures in a row after which no request is sent."),
    KeyForm("cooldown_seconds", .number(0.1...3600), standard: "60", "The time until a request is tried again."),
  ])
}
