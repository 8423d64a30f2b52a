import APIRouting
import JSON

/// `GET /openapi.json`, and `GET /docs` and `GET /redoc`, which are one page. Everybody may read them:
/// they have no data.
public enum DocumentRoutes {
  /// - Parameters:
  ///   - routes: the routes that are documented.
  ///   - isPublic: true if nobody needs a key.
  public static func all(of routes: [Route], isPublic: Bool) -> [Route] {
    let document = OpenAPIDocument(routes, isPublic: isPublic).json
    let page = DocumentPage(document)
    let docs = ["/docs", "/redoc"].map { path in
      Route("GET", path, access: .open, maxAge: 300, "The documentation, for people") { _ in
        APIResponse(
          status: 200,
          headers: [
            "content-type": "text/html; charset=utf-8", "content-security-policy": DocumentPage.policy,
            "referrer-policy": "no-referrer",
          ], body: page.bytes)
      }
    }
    let json = Route("GET", "/openapi.json", access: .open, maxAge: 300, "The documentation, for programs") { _ in
      APIResponse(json: document)
    }
    return [json] + docs
  }
}
