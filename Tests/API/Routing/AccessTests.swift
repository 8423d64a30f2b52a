import APIRouting
import Compression
import Foundation
import JSON
import Testing

@Suite("Access to the API, and the forms of responses")
struct AccessTests {
  private static let key = "0123456789abcdef"
  private static let other = "fedcba9876543210"

  private func router(_ keys: String = key, _ change: (inout RouterSettings) -> Void = { _ in }) throws -> Router {
    var settings = RouterSettings(keys: try #require(try APIKeys(keys)), makeID: { "made" })
    change(&settings)
    let long = String(repeating: "x", count: 5000)
    return Router(
      [
        Route("GET", "/open", access: .open, "Open") { _ in APIResponse(json: "open") },
        Route("GET", "/data", maxAge: 10, "Data") { _ in APIResponse(json: .string(long)) },
        Route("GET", "/runs", access: .keyAlways, "Runs") { _ in APIResponse(json: "runs") },
        Route("GET", "/events.ics", access: .keyOrPassword, maxAge: 10, "Calendar") { _ in
          APIResponse(json: "events")
        },
        Route("GET", "/ops", access: .password, "Page") { _ in APIResponse(json: "page") },
      ], settings)
  }

  private func get(
    _ path: String, _ headers: [String: String] = [:], method: String = "GET", on router: Router
  ) -> APIResponse {
    router.response(to: APIRequest(method: method, path: path, headers: headers))
  }

  private func basic(_ text: String) -> [String: String] {
    ["authorization": "Basic \(Data(text.utf8).base64EncodedString())"]
  }

  @Test("A key opens the data in each of its two headers")
  func keys() throws {
    let router = try router("\(Self.key), \(Self.other)")
    #expect(get("/open", on: router).status == 200)
    #expect(get("/data", on: router).status == 401)
    #expect(get("/data", on: router).headers["www-authenticate"] == "Bearer")
    #expect(get("/data", ["x-api-key": Self.key], on: router).status == 200)
    #expect(get("/data", ["authorization": "bearer \(Self.other)"], on: router).status == 200)
    for wrong in ["", "x", Self.key + "0", String(Self.key.dropLast())] {
      #expect(get("/data", ["x-api-key": wrong], on: router).status == 401)
    }
    #expect(get("/data", basic(":\(Self.key)"), on: router).status == 401)
  }

  @Test("A key may be configured by its digest")
  func digests() throws {
    // printf %s 0123456789abcdef | sha256sum
    let router = try router("sha256:9f9f5111f7b27a781f1f1ddde5ebc2dd2b796bfc7365c9c28b548e564176929f")
    #expect(get("/data", ["x-api-key": Self.key], on: router).status == 200)
    #expect(get("/data", ["x-api-key": Self.other], on: router).status == 401)
  }

  @Test(
    "A short key, half a digest, and commas alone are refused",
    arguments: ["short", "sha256:12", "sha256:", "\(key),x", ",", " , "])
  func wrongKeys(list: String) throws { #expect(try APIKeys(list) == nil) }

  @Test("The operators' page needs a key as the password, and without keys it does not exist")
  func page() throws {
    let router = try router { $0.isPublic = true }
    #expect(get("/ops", on: router).headers["www-authenticate"]?.hasPrefix("Basic realm=") == true)
    #expect(get("/ops", basic("me:\(Self.key)"), on: router).status == 200)
    #expect(get("/ops", basic("\(Self.key):"), on: router).status == 401)
    #expect(get("/ops", ["authorization": "Basic ?"], on: router).status == 401)
    #expect(get("/ops", basic("me:\(Self.key)"), on: router).headers["cache-control"] == "no-store")
    #expect(get("/ops", on: try self.router("") { $0.isPublic = true }).status == 404)
  }

  @Test("The ledger needs a key also where the data is public, and without keys it does not exist")
  func ledger() throws {
    for isPublic in [true, false] {
      let router = try router { $0.isPublic = isPublic }
      #expect(get("/runs", on: router).status == 401)
      #expect(get("/runs", basic(":\(Self.key)"), on: router).status == 401)
      let response = get("/runs", ["x-api-key": Self.key], on: router)
      #expect(response.status == 200 && response.headers["cache-control"] == "no-store")
    }
    #expect(get("/runs", on: try router("") { $0.isPublic = true }).status == 404)
  }

  @Test("A calendar program may send the key as a password; it is asked for one")
  func calendar() throws {
    let router = try router()
    let refusal = get("/events.ics", on: router)
    #expect(refusal.status == 401)
    #expect(refusal.headers["www-authenticate"]?.hasPrefix("Basic realm=") == true)
    #expect(get("/events.ics", basic("any:\(Self.key)"), on: router).status == 200)
    #expect(get("/events.ics", ["x-api-key": Self.key], on: router).status == 200)
    #expect(get("/events.ics", basic("any:\(Self.other)"), on: router).status == 401)
    #expect(get("/events.ics", on: try self.router { $0.isPublic = true }).status == 200)
  }

  @Test("HEAD has the length and the coding of the body that GET sends to the same client")
  func head() throws {
    let router = try router("") { $0.isPublic = true }
    for accepted in ["gzip", "identity"] {
      let headers = ["accept-encoding": accepted]
      let (whole, head) = (get("/data", headers, on: router), get("/data", headers, method: "HEAD", on: router))
      #expect(head.body.isEmpty)
      #expect(head.headers["content-length"] == String(whole.body.count))
      for name in ["content-encoding", "vary", "etag"] { #expect(head.headers[name] == whole.headers[name]) }
    }
  }

  @Test("A public API needs no key, and shared caches may keep its responses")
  func publicData() throws {
    #expect(get("/data", on: try router("") { $0.isPublic = true }).headers["cache-control"] == "public, max-age=10")
    let keyed = get("/data", ["x-api-key": Self.key], on: try router())
    #expect(keyed.headers["cache-control"] == "private, max-age=10")
    #expect(keyed.headers["vary"] == "Accept-Encoding, Authorization, X-API-Key")
  }

  @Test("A response is compressed for a client that accepts gzip", arguments: ["gzip", "br, GZIP;q=0.5", "*"])
  func compression(accepted: String) throws {
    let router = try router("") { $0.isPublic = true }
    let plain = get("/data", on: router)
    let small = get("/data", ["accept-encoding": accepted], on: router)
    #expect(small.headers["content-encoding"] == "gzip")
    #expect(small.headers["etag"] == plain.headers["etag"])
    #expect(try ContentCodings("gzip").decode(Data(small.body), maximumBytes: 10_000) == Data(plain.body))
    for refused in ["", "br", "gzip;q=0", "gzip;Q=0", "gzip;q=0, *", "*, gzip; q=0", "gzip;q=x", "identity"] {
      #expect(get("/data", ["accept-encoding": refused], on: router).headers["content-encoding"] == nil)
    }
    #expect(get("/open", ["accept-encoding": "gzip"], on: router).headers["content-encoding"] == nil)
  }

  @Test("Pages of configured sites may read the API, and no others")
  func crossOrigin() throws {
    let site = "https://a.example"
    let router = try router { $0.corsOrigins = [site] }
    let headers = ["x-api-key": Self.key, "origin": site]
    #expect(get("/data", headers, on: router).headers["access-control-allow-origin"] == site)
    let other = get("/data", ["x-api-key": Self.key, "origin": "https://b.example"], on: router)
    #expect(other.headers["access-control-allow-origin"] == nil)
    #expect(other.headers["vary"]?.contains("Origin") == true)
    let asked = get("/data", ["origin": site], method: "OPTIONS", on: router)
    #expect(asked.status == 204)
    #expect(asked.headers["access-control-allow-headers"]?.contains("X-API-Key") == true)
    #expect(
      get("/ops", basic(":\(Self.key)").merging(headers) { own, _ in own }, on: router)
        .headers["access-control-allow-origin"] == nil)
    #expect(
      get("/ops", ["origin": site], method: "OPTIONS", on: router).headers["access-control-allow-origin"] == nil)
    let open = try self.router { $0.corsOrigins = ["*"] }
    #expect(get("/open", ["origin": "https://c.example"], on: open).headers["access-control-allow-origin"] == "*")
  }
}
