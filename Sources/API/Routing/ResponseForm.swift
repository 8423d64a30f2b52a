import Compression
import Cryptography
import Text

/// The parts of every response beside its content: caching, compression, CORS, HEAD.
struct ResponseForm {
  let request: APIRequest
  let route: Route?
  let settings: RouterSettings

  /// A body under this many bytes would hardly get smaller.
  static let shortestCompressed = 1024

  func complete(_ response: inout APIResponse) {
    addCORS(to: &response)
    response.headers["x-content-type-options"] = "nosniff"
    addCaching(to: &response)
    if response.status == 304 {
      response.body = []
      return
    }
    compress(&response)
    if request.method == "HEAD" {
      // The length is that of GET's body, in the form in which this client would get it.
      response.headers["content-length"] = String(response.body.count)
      response.body = []
    }
  }

  private func addCaching(to response: inout APIResponse) {
    guard response.status == 200, let route, let maxAge = route.maxAge else {
      response.headers["cache-control"] = response.headers["cache-control"] ?? "no-store"
      return
    }
    let isShared = route.access == .open || (route.access.followsPublic && settings.isPublic)
    response.headers["cache-control"] = "\(isShared ? "public" : "private"), max-age=\(maxAge)"
    addVary(isShared ? "Accept-Encoding" : "Accept-Encoding, Authorization, X-API-Key", to: &response)
    guard let digest = try? Digest(of: response.body) else { return }
    // Weak: the compressed form has the same tag.
    let tag = "W/\"\(digest.hexadecimal.prefix(32))\""
    response.headers["etag"] = tag
    if isHeld(tag) {
      response.status = 304
      response.headers["content-type"] = nil
    }
  }

  /// True if the client has the response with this tag (RFC 9110, 13.1.2).
  private func isHeld(_ tag: String) -> Bool {
    guard let held = request.headers["if-none-match"] else { return false }
    let opaque = tag.dropFirst(2)
    return held.split(separator: ",").contains { entry in
      let entry = entry.trimming { $0 == " " }
      return entry == "*" || entry == tag || entry == opaque
    }
  }

  private func compress(_ response: inout APIResponse) {
    guard response.body.count >= Self.shortestCompressed, acceptsGzip, response.headers["content-encoding"] == nil,
      let member = try? GzipCompressor().smallerMember(of: response.body)
    else { return }
    response.body = member
    response.headers["content-encoding"] = "gzip"
    addVary("Accept-Encoding", to: &response)
  }

  private var acceptsGzip: Bool {
    guard let accepted = request.headers["accept-encoding"] else { return false }
    var (named, others): (Double?, Double?) = (nil, nil)
    for entry in accepted.split(separator: ",") {
      let parts = entry.split(separator: ";").map { $0.trimming { $0 == " " || $0 == "\t" }.lowercased() }
      let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
      if parts.first == "gzip" { named = quality }
      if parts.first == "*" { others = quality }
    }
    // The star is for what is not named (RFC 9110, 12.5.3).
    return named ?? others ?? 0 > 0
  }

  private func addCORS(to response: inout APIResponse) {
    guard !settings.corsOrigins.isEmpty, route?.access != .password else { return }
    let isForAll = settings.corsOrigins.contains("*")
    if !isForAll { addVary("Origin", to: &response) }
    guard let origin = request.headers["origin"], isForAll || settings.corsOrigins.contains(origin) else { return }
    response.headers["access-control-allow-origin"] = isForAll ? "*" : origin
    response.headers["access-control-expose-headers"] = "ETag, X-Request-ID, X-API-Latency-ms, Retry-After"
    guard request.method == "OPTIONS" else { return }
    response.headers["access-control-allow-methods"] = "GET, HEAD"
    response.headers["access-control-allow-headers"] = "Authorization, X-API-Key, X-Request-ID, If-None-Match"
    response.headers["access-control-max-age"] = "600"
  }

  private func addVary(_ names: String, to response: inout APIResponse) {
    guard let present = response.headers["vary"] else {
      response.headers["vary"] = names
      return
    }
    let known = present.split(separator: ",").map { String($0.trimming { $0 == " " }) }
    let added = names.split(separator: ",").map { String($0.trimming { $0 == " " }) }
    response.headers["vary"] = (known + added).uniqued().joined(separator: ", ")
  }
}
