import FoundationEssentials
import Text

/// The check of keys.
struct Gate: Sendable {
  let keys: APIKeys
  let isPublic: Bool

  /// - Throws: status 401 for a request without a key that its route needs.
  func admit(_ request: APIRequest, to route: Route) throws(APIProblem) {
    switch route.access {
    case .open: return
    case .key, .keyOrPassword, .keyAlways:
      if isPublic, route.access.followsPublic { return }
      if route.access == .keyOrPassword, let password = Self.password(request), keys.contain(password) { return }
      try checkKey(of: request, challenge: route.access == .keyOrPassword ? "\(Self.basic), Bearer" : "Bearer")
    case .password:
      guard let password = Self.password(request), keys.contain(password) else {
        throw APIProblem(
          401, "This needs a key as the password; the name does not matter",
          headers: ["www-authenticate": Self.basic])
      }
    }
  }

  private static let basic = "Basic realm=\"FestVibes ETL\", charset=\"UTF-8\""

  private func checkKey(of request: APIRequest, challenge: String) throws(APIProblem) {
    guard let key = request.headers["x-api-key"] ?? Self.credentials(request, "Bearer") else {
      throw APIProblem(
        401, "This needs a key: send it as X-API-Key, or as Authorization: Bearer",
        headers: ["www-authenticate": challenge])
    }
    guard keys.contain(key) else {
      throw APIProblem(401, "The key is not known", headers: ["www-authenticate": "Bearer error=\"invalid_token\""])
    }
  }

  private static func password(_ request: APIRequest) -> String? {
    guard let text = credentials(request, "Basic"), let bytes = Data(base64Encoded: text),
      let pair = String(validating: bytes, as: UTF8.self), let colon = pair.firstIndex(of: ":")
    else { return nil }
    return String(pair[pair.index(after: colon)...])
  }

  private static func credentials(_ request: APIRequest, _ scheme: String) -> String? {
    guard let parts = request.headers["authorization"]?.split(separator: " ", maxSplits: 1), parts.count == 2,
      String(parts[0]).equalsIgnoringASCIICase(scheme)
    else { return nil }
    return String(parts[1].trimming { $0 == " " })
  }
}
