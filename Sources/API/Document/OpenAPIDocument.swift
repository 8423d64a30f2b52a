import APIRouting
import JSON

/// The OpenAPI 3.1 document, made of the routes: what a route declares, the router checks and the document says.
public struct OpenAPIDocument {
  private let routes: [Route]
  private let isPublic: Bool

  /// - Parameters:
  ///   - routes: in the order of the document. Those for browsers with a password are left out.
  ///   - isPublic: true if nobody needs a key.
  public init(_ routes: [Route], isPublic: Bool) {
    self.routes = routes.filter { $0.access != .password }
    self.isPublic = isPublic
  }

  public var json: JSONValue {
    [
      "openapi": "3.1.0",
      "info": [
        "title": "FestVibes ETL", "version": "1", "summary": "Events of New Orleans, and what the pipeline has loaded.",
        "description": .string(Self.introduction),
      ],
      "servers": [["url": "/", "description": "The server that has this document."]],
      "tags": .array(tags), "paths": .object(paths),
      "components": [
        "securitySchemes": [
          "key": ["type": "apiKey", "in": "header", "name": "X-API-Key"],
          "bearer": ["type": "http", "scheme": "bearer"],
          "password": ["type": "http", "scheme": "basic", "description": "Any name, and a key as the password."],
        ],
        "schemas": ["Problem": Self.problem], "headers": Self.headers,
      ],
    ]
  }

  private static let introduction = """
    A client reads with `GET` (or `HEAD`), and gets JSON. It sends a key as the header `X-API-Key: KEY`; the data of a \
    public API needs none.

        curl -H "X-API-Key: $KEY" "https://HOST/events?genre=Brass+Band&limit=3"

    - Lists have at most `limit` items, and `next_cursor` for the next page: send it as `cursor`, with the same other \
    parameters.
    - Days are local days of New Orleans (America/Chicago). Times are in UTC, with `Z`, unless a member says otherwise.
    - What the source does not say is null: nothing is guessed.
    - A parameter that an operation does not list is refused with 422, as a wrong one is.
    - A response with an `ETag` may be asked for again with `If-None-Match`: unchanged, it is a 304 without a body.
    - An error is `application/problem+json` (RFC 9457). Its `request_id` is in the log. A gateway in front has errors of
      its own, such as 429.
    - 429 and 503 mean: wait, for the seconds that `Retry-After` says if it is there, and try again.
    """

  private var tags: [JSONValue] {
    var names: [String] = []
    for route in routes where !names.contains(route.documentation.tag) { names.append(route.documentation.tag) }
    return names.map { ["name": .string($0)] }
  }

  private var paths: JSONObject {
    var paths = JSONObject()
    for route in routes {
      var item = paths[route.path]?.object ?? JSONObject()
      let needsKey = route.access != .open && !(route.access.followsPublic && isPublic)
      item[route.method.lowercased()] = OpenAPIOperation(route: route, needsKey: needsKey).json
      paths[route.path] = .object(item)
    }
    return paths
  }

  private static let problem: JSONValue = [
    "type": "object", "description": "RFC 9457: what is wrong with the request, or with the server.",
    "properties": [
      "type": ["type": "string"], "title": ["type": "string"], "status": ["type": "integer"],
      "detail": ["type": "string", "description": "For people."],
      "errors": [
        "type": "array", "description": "With status 422: the wrong parameters.",
        "items": [
          "type": "object",
          "properties": [
            "name": ["type": "string"], "in": ["enum": ["query", "path"]], "message": ["type": "string"],
          ],
          "required": ["name", "in", "message"],
        ],
      ],
      "request_id": ["type": "string"],
    ],
    "required": ["type", "title", "status", "detail", "request_id"],
  ]

  private static let headers: JSONValue = [
    "X-Request-ID": [
      "description": "The request's id: the client's, or a new one.", "required": true, "schema": ["type": "string"],
    ],
    "X-API-Latency-ms": [
      "description": "Milliseconds that the response took.", "required": true,
      "schema": ["type": "string", "pattern": "^[0-9]+$"],
    ],
    "ETag": [
      "description": "The version of the response, for `If-None-Match`. It is weak: it begins with `W/`.",
      "schema": ["type": "string"],
    ],
    "Cache-Control": [
      "description": "The seconds (`max-age`) for which the response need not be asked for again.",
      "schema": ["type": "string"],
    ],
    "Retry-After": ["description": "The seconds to wait.", "schema": ["type": "string", "pattern": "^[0-9]+$"]],
  ]
}
