import Foundation

/// An S3 server on loopback that stores objects in memory, supports conditional writes, records requests and can be made to
/// fail. It checks no signatures; `S3GateTests` test the client against a server that does.
public final class MemoryS3: Sendable {
  struct Object {
    var body: Data
    var headers: [(String, String)]
    var etag: String
    var written: Date
  }

  private struct State {
    var objects: [String: Object] = [:]
    var requests: [String] = []
    var writes = 0
    var isRefused: @Sendable (ScriptedServer.Request) -> Bool = { _ in false }
  }

  private let state: Locked<State>
  /// Objects that take the place of others before the next request.
  private let replacements = Locked<[String: Data]>([:])
  private let server: ScriptedServer

  public init() throws {
    let state = Locked(State())
    self.state = state
    let replacements = replacements
    server = try ScriptedServer { request in
      let new = replacements.change { found in
        defer { found = [:] }
        return found
      }
      return state.change { state in
        for (key, body) in new {
          state.writes += 1
          state.objects[key] = Object(body: body, headers: [], etag: "\"\(state.writes)\"", written: Date())
        }
        return Self.respond(request, &state)
      }
    }
  }

  /// Environment variables that make the functions use this server.
  public var environment: [String: String] {
    ["AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"]
  }

  /// The keys in all buckets, sorted.
  public var keys: [String] { state.change { $0.objects.keys.sorted() } }

  /// The keys of the objects that are gzip files: pages and archives, but not leases.
  public var gzipKeys: [String] {
    state.change { $0.objects.filter { $0.value.body.starts(with: [0x1F, 0x8B]) }.keys.sorted() }
  }

  /// All requests as `GET pages/…`, in the order of arrival.
  public var requests: [String] { state.change { $0.requests } }

  /// Forgets the requests so far.
  public func forget() { state.change { $0.requests = [] } }

  public func body(of key: String) -> Data? { state.change { $0.objects[key]?.body } }

  /// Replaces the bytes of an object, by default without a checksum that would reveal it.
  public func set(_ body: Data, at key: String, keepingChecksum: Bool = false) {
    state.change {
      $0.objects[key]?.body = body
      if !keepingChecksum { $0.objects[key]?.headers.removeAll { $0.0 == "x-amz-checksum-sha256" } }
    }
  }

  /// Stores an object without a request.
  public func put(_ body: Data, at key: String) {
    state.change { $0.objects[key] = Object(body: body, headers: [], etag: "\"0\"", written: Date()) }
  }

  /// Stores another version of an object before the next request; also in the closure of `refuse`.
  public func replaceLater(_ body: Data, at key: String) { replacements.change { $0[key] = body } }

  public func remove(_ key: String) { state.change { $0.objects[key] = nil } }

  /// Makes the server reply 503 to the requests that `isRefused` selects.
  public func refuse(_ isRefused: @escaping @Sendable (ScriptedServer.Request) -> Bool) {
    state.change { $0.isRefused = isRefused }
  }

  private static func respond(_ request: ScriptedServer.Request, _ state: inout State) -> ScriptedServer.Reply {
    let parts = request.target.split(separator: "?", maxSplits: 1)
    let path = (parts.first ?? "").removingPercentEncoding ?? ""
    let key = path.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: true).dropFirst().first ?? ""
    state.requests.append("\(request.method) \(key)")
    if state.isRefused(request) { return error(503, "SlowDown") }
    if key.isEmpty { return list(String(parts.last ?? ""), state) }
    return object(request, String(key), &state)
  }

  private static func object(
    _ request: ScriptedServer.Request, _ key: String, _ state: inout State
  ) -> ScriptedServer.Reply {
    let found = state.objects[key]
    switch request.method {
    case "PUT":
      if request.header("If-None-Match") == "*", found != nil { return error(412, "PreconditionFailed") }
      if let wanted = request.header("If-Match") {
        guard let found else { return error(404, "NoSuchKey") }
        guard found.etag == wanted else { return error(412, "PreconditionFailed") }
      }
      state.writes += 1
      let kept = [
        "Content-Type", "x-amz-checksum-sha256", "x-amz-meta-validated", "x-amz-meta-run", "x-amz-meta-rows-sha256",
      ]
      state.objects[key] = Object(
        body: request.body, headers: kept.compactMap { name in request.header(name).map { (name, $0) } },
        etag: "\"\(state.writes)\"", written: Date(timeIntervalSince1970: 1_700_000_000 + Double(state.writes)))
      return .http(200, [("ETag", "\"\(state.writes)\"")])
    case "HEAD":
      guard let found else { return .http(404) }
      let fields = (found.headers + [("ETag", found.etag)]).map { "\($0): \($1)\r\n" }.joined()
      let head = "HTTP/1.1 200 OK\r\nContent-Length: \(found.body.count)\r\n\(fields)\r\n"
      return ScriptedServer.Reply(bytes: Data(head.utf8))
    case "GET":
      guard let found else { return error(404, "NoSuchKey") }
      if let wanted = request.header("If-Match"), wanted != found.etag { return error(412, "PreconditionFailed") }
      if let range = request.header("Range")?.dropFirst("bytes=".count).split(separator: "-").compactMap({ Int($0) }),
        range.count == 2, range[0] < found.body.count
      {
        let part = found.body[range[0]...min(range[1], found.body.count - 1)]
        return .http(206, found.headers + [("ETag", found.etag)], Data(part))
      }
      return .http(200, found.headers + [("ETag", found.etag)], found.body)
    case "DELETE":
      if let wanted = request.header("If-Match") {
        guard let found else { return error(404, "NoSuchKey") }
        guard found.etag == wanted else { return error(412, "PreconditionFailed") }
      }
      state.objects[key] = nil
      return .http(204)
    default: return error(405, "MethodNotAllowed")
    }
  }

  private static func list(_ query: String, _ state: State) -> ScriptedServer.Reply {
    let prefix =
      query.split(separator: "&").first { $0.hasPrefix("prefix=") }?.dropFirst("prefix=".count)
      .removingPercentEncoding ?? ""
    let contents = state.objects.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }.map { key, object in
      "<Contents><Key>\(key)</Key><Size>\(object.body.count)</Size><ETag>\(object.etag)</ETag><LastModified>"
        + "\(object.written.ISO8601Format().replacing("Z", with: ".000Z"))</LastModified></Contents>"
    }
    return .http(
      200, [("Content-Type", "application/xml")],
      "<ListBucketResult><IsTruncated>false</IsTruncated>\(contents.joined())</ListBucketResult>")
  }

  private static func error(_ status: Int, _ code: String) -> ScriptedServer.Reply {
    .http(status, [("Content-Type", "application/xml")], "<Error><Code>\(code)</Code></Error>")
  }
}
