import CCurl
import Compression
import FoundationEssentials
import Text
import Time

/// A request in flight: a curl easy handle, and the part of the response that has arrived.
final class Transfer {
  let request: HTTPRequest
  private let began: Date
  /// The handle, which also identifies the transfer in its multi handle.
  let easy: UnsafeMutableRawPointer
  private let sentHeaders: UnsafeMutablePointer<curl_slist>?
  private let errorText: UnsafeMutablePointer<CChar>
  private var headers = HTTPHeaders()
  private var body = Data()
  /// The bytes of a body that was given up because it is too long, as far as they are known; nil for any other.
  private var excessiveBytes: Int?
  /// The number of bytes of the request's body that were sent.
  private var sentBytes = 0
  /// The address to which the request must not be sent.
  var refusedAddress: NetworkAddress?
  /// Kept, because the handle refers to its memory.
  private let cookies: CookieJar?
  let refusedAuthority: String?

  init(
    _ request: HTTPRequest, options: HTTPClient.Options, cookies: CookieJar?, deadline: Deadline, began: Date
  ) throws(HTTPError) {
    guard request.url.hasPrefix("http://") || request.url.hasPrefix("https://") else {
      throw HTTPError(.invalidURL, url: request.url, detail: "the URL must begin with http:// or https://")
    }
    // Curl sends the lines as they are: a line break in one of them, such as at the end of a pasted secret, would begin
    // another header.
    if let problem = request.headProblem { throw HTTPError(.invalidHeader, url: request.url, detail: problem) }
    guard let easy = curl_easy_init() else {
      throw HTTPError(.protocolViolation, url: request.url, detail: "libcurl has no memory for another request")
    }
    self.request = request
    self.easy = easy
    self.began = began
    self.cookies = cookies
    refusedAuthority = options.refusedAuthority
    sentHeaders = Self.headerList(request)
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    try configure(options, timeout: min(request.timeout, deadline.remaining))
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(sentHeaders)
    errorText.deallocate()
  }

  private func configure(_ options: HTTPClient.Options, timeout: Duration) throws(HTTPError) {
    let milliseconds = timeout.inMilliseconds
    // Zero means 'no timeout' to curl. A longer timeout than its 32-bit arithmetic holds is also passed as zero.
    try check(curl_set_long(easy, CURLOPT_TIMEOUT_MS, milliseconds > Int64(Int32.max) ? 0 : max(1, Int(milliseconds))))
    try check(curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(max(1, options.connectTimeout.inMilliseconds))))
    // Both timeouts then also bound the name lookup. No test covers this, because a resolver that hangs needs another
    // /etc/resolv.conf. By hand: LD_PRELOAD a getaddrinfo that sleeps for 4 s, and send with a deadline of 500 ms.
    try check(curl_set_quick_exit(easy))
    try check(curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText))
    try check(curl_set_string(easy, CURLOPT_URL, request.url))
    try check(curl_set_long(easy, CURLOPT_PATH_AS_IS, 1))
    try check(curl_set_long(easy, CURLOPT_NOSIGNAL, 1))
    try check(curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1))
    // With one request at a time per connection, the limits on requests in flight are exact.
    try check(curl_set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1))
    try check(curl_set_list(easy, CURLOPT_HTTPHEADER, sentHeaders))
    if let userAgent = options.userAgent { try check(curl_set_string(easy, CURLOPT_USERAGENT, userAgent)) }
    if let file = options.authorityFile { try check(curl_set_string(easy, CURLOPT_CAINFO, file)) }
    // A proxy connects to addresses that are not seen here.
    if !options.obeysProxyEnvironment || request.peers != .all {
      try check(curl_set_string(easy, CURLOPT_NOPROXY, "*"))
    }
    if let cookies { try check(cookies.attach(to: easy)) }
    try configureMethod()
    try configureCallbacks()
  }

  /// A longer body is read by curl piece by piece. A shorter one is copied into the handle, and sent with the head.
  private static let maximumCopiedBytes = 64 << 10

  private func configureMethod() throws(HTTPError) {
    if let body = request.body {
      try check(curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
      if body.count > Self.maximumCopiedBytes {
        try check(curl_set_long(easy, CURLOPT_POST, 1))
      } else {
        let code = body.withUnsafeBytes { bytes in
          // An empty Data has no address, and to curl a null pointer means 'ask a callback'.
          curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress) ?? easy)
        }
        try check(code)
      }
    }
    if request.method == "HEAD" {
      try check(curl_set_long(easy, CURLOPT_NOBODY, 1))
    } else if request.method != "GET" || request.body != nil {
      try check(curl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method))
    }
  }

  private func configureCallbacks() throws(HTTPError) {
    // Unretained: the client keeps the transfer while curl may call back.
    let this = Unmanaged.passUnretained(self).toOpaque()
    try check(curl_set_pointer(easy, CURLOPT_WRITEDATA, this))
    try check(curl_set_pointer(easy, CURLOPT_HEADERDATA, this))
    try check(
      curl_set_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, this in
        Transfer.from(this)?.receive(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
      })
    try check(
      curl_set_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, this in
        Transfer.from(this)?.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
      })
    if let body = request.body, body.count > Self.maximumCopiedBytes { try configureUpload(this) }
    if request.peers != .all { try configureSockets(this) }
  }

  private func configureUpload(_ this: UnsafeMutableRawPointer) throws(HTTPError) {
    try check(curl_set_pointer(easy, CURLOPT_READDATA, this))
    try check(curl_set_pointer(easy, CURLOPT_SEEKDATA, this))
    try check(
      curl_set_callback(easy, CURLOPT_READFUNCTION) { bytes, size, count, this in
        Transfer.from(this)?.send(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count)) ?? 0
      })
    // Curl sends the body again if a kept connection turns out dead.
    try check(
      curl_set_seek(easy) { this, offset, origin in
        guard origin == SEEK_SET, let transfer = Transfer.from(this) else { return Int32(CURL_SEEKFUNC_CANTSEEK) }
        transfer.sentBytes = Int(offset)
        return Int32(CURL_SEEKFUNC_OK)
      })
  }

  private func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let body = request.body else { return 0 }
    let piece = body.dropFirst(sentBytes).prefix(buffer.count)
    piece.withUnsafeBytes { buffer.copyMemory(from: $0) }
    sentBytes += piece.count
    return piece.count
  }

  static func from(_ pointer: UnsafeMutableRawPointer?) -> Transfer? {
    pointer.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Returns the number of accepted bytes; curl ends the transfer if it is less than it offered.
  private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard body.count + bytes.count <= request.maximumBodyBytes else {
      excessiveBytes = max(body.count + bytes.count, headers["Content-Length"].flatMap { Int(digits: $0) } ?? 0)
      return 0
    }
    body.append(contentsOf: bytes)
    return bytes.count
  }

  private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
    // The headers of an informational response are dropped when the next response begins.
    headers.receive(bytes)
    cookies?.count(bytes)
    return bytes.count
  }

  /// Returns the outcome, once curl has reported the end of the transfer.
  func outcome(_ code: CURLcode) -> Result<HTTPResponse, HTTPError> {
    guard code == CURLE_OK else { return .failure(error(code)) }
    var status = 0
    curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    var response = HTTPResponse(status: status, headers: headers, body: body)
    response.began = began
    response.endsWithConnection = !body.isEmpty && !headers.delimitBody()
    let codings = ContentCodings(request.acceptsCompression ? headers.list("Content-Encoding") ?? "" : "")
    do {
      if !codings.isEmpty { response.body = try codings.decode(body, maximumBytes: request.maximumBodyBytes) }
    } catch  where response.isSuccess {
      return .failure(
        HTTPError(HTTPError.Kind(error.kind), url: request.url, detail: "its body cannot be decoded: \(error.detail)"))
    } catch {}
    if response.isSuccess, !body.isEmpty, let problem = headers.framingProblem {
      return .failure(HTTPError(.protocolViolation, url: request.url, detail: problem))
    }
    // The end of a compressed stream shows that the body is whole.
    if response.isSuccess, response.endsWithConnection, codings.isEmpty, request.isWhole?(response) == false {
      return .failure(
        HTTPError(
          .interrupted, url: request.url, detail: "its body seems cut: the connection ended before the page did"))
    }
    return .success(response)
  }

  /// Turns a code of curl into an error, unless it is success.
  func check(_ code: CURLcode) throws(HTTPError) {
    if code != CURLE_OK { throw error(code) }
  }

  private func error(_ code: CURLcode) -> HTTPError {
    if let excessiveBytes {
      return HTTPError(
        .tooLarge, url: request.url,
        detail: "the response is longer than \(request.maximumBodyBytes) bytes: it has at least \(excessiveBytes)")
    }
    if let refusedAddress {
      return HTTPError(
        .addressRefused, url: request.url,
        detail: "its host is at \(refusedAddress), which is not a public address: no request is sent there")
    }
    var text = String(cString: errorText)
    // Curl quotes the address of a proxy that it cannot use, with its password.
    if text.hasPrefix("Unsupported proxy") { text = "the proxy in the environment has no usable address" }
    let reason = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
    return HTTPError(
      HTTPError.Kind(code), url: request.url,
      detail: code == CURLE_PEER_FAILED_VERIFICATION ? "the server's certificate is refused: \(reason)" : reason)
  }

  private static func headerList(_ request: HTTPRequest) -> UnsafeMutablePointer<curl_slist>? {
    var list: UnsafeMutablePointer<curl_slist>?
    for (name, value) in request.headers {
      // The form 'Name;' makes curl send a header with an empty value.
      list = curl_slist_append(list, value.isEmpty ? "\(name);" : "\(name): \(value)") ?? list
    }
    // Not curl's own option for this, with which it would decode bodies, and accept a gzip stream that was cut.
    if request.acceptsCompression, request.headers["Accept-Encoding"] == nil {
      list = curl_slist_append(list, "Accept-Encoding: \(ContentCodings.accepted)") ?? list
    }
    if request.body != nil {
      // Curl would add both a wait for '100 Continue' and the content type of a form.
      list = curl_slist_append(list, "Expect:") ?? list
      if request.headers["Content-Type"] == nil { list = curl_slist_append(list, "Content-Type:") ?? list }
    }
    return list
  }
}
