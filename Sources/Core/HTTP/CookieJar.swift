import CCurl

/// The cookies that hosts have set, kept by libcurl in memory by the rules of RFC 6265.
final class CookieJar {
  /// The bytes of cookies after which a client begins with an empty jar: libcurl limits the cookies of a response, and not
  /// those of a host.
  private static let maximumBytes = 1 << 20

  private var receivedBytes = 0
  /// Nil only if memory is exhausted. Then no cookies are kept.
  private let share: UnsafeMutableRawPointer?

  init() {
    share = curl_share_init()
    // Without locks, because a client belongs to one thread.
    if let share { curl_share_cookies(share) }
  }

  deinit { if let share { curl_share_cleanup(share) } }

  var isFull: Bool { receivedBytes > Self.maximumBytes }

  /// Counts a line of a response's head.
  func count(_ line: UnsafeRawBufferPointer) {
    let name = line.prefix { $0 != UInt8(ascii: ":") }
    if String(decoding: name, as: UTF8.self).lowercased() == "set-cookie" { receivedBytes += line.count }
  }

  /// Lets a transfer send and receive cookies. The jar must outlive it.
  func attach(to easy: UnsafeMutableRawPointer) -> CURLcode {
    guard let share else { return CURLE_OK }
    let code = curl_set_share(easy, share)
    // An empty name starts the cookie engine without a file.
    return code == CURLE_OK ? curl_set_string(easy, CURLOPT_COOKIEFILE, "") : code
  }
}
