import APIRouting

/// `GET /search` of a server that has none. It is not in the documentation: it only says why.
enum MissingSearch {
  static let path = "/search"

  static let route = Route(
    "GET", path,
    [RouteParameter("q", .text(longest: 500), "Ignored"), RouteParameter("limit", .text(longest: 10), "Ignored")],
    "Not here"
  ) { _ in
    throw APIProblem(
      404,
      "This server has no search: it needs the model's weights, which `festvibes serve` finds where `make weights` has "
        + "put them; the function on AWS has none. GET /events?q= finds names and descriptions")
  }
}
