import Text

extension PageAddress {
  /// Parameters that say how a reader came to a page, or which session that was, and never which page it is. A name that
  /// ends with `_` stands for all names that begin with it. The list is that of the large advertising, mail and analytics
  /// services, of which Firefox and Brave remove the same ones.
  static let trackingParameters = [
    "utm_", "mtm_", "pk_", "piwik_", "hsa_", "_hsenc", "_hsmi", "__hstc", "__hssc", "__hsfp", "hsctatracking",
    "fbclid", "fb_action_ids", "fb_action_types", "fb_ref", "fb_source", "gclid", "gclsrc", "dclid", "gbraid", "wbraid",
    "gad_source", "gad_campaignid", "srsltid", "msclkid", "yclid", "ysclid", "twclid", "ttclid", "igsh", "igshid",
    "li_fat_id", "epik", "scid", "rdt_cid", "mc_cid", "mc_eid", "mkt_tok", "vero_id", "vero_conv", "oly_anon_id",
    "oly_enc_id", "_openstat", "_branch_match_id", "s_cid", "wickedid", "_ga", "_gl", "_kx", "ref", "ref_src",
    "ref_url", "referrer", "source", "src", "from", "share", "cmpid", "phpsessid", "jsessionid", "sid", "sessionid",
    "session_id",
  ]
  private static let trackingNames = Set(trackingParameters.filter { $0.last != "_" })
  private static let trackingBeginnings = trackingParameters.filter { $0.last == "_" }
  /// Session names that stand in a path: `/events/1;jsessionid=…`.
  private static let sessionNames: Set<String> = ["jsessionid", "phpsessid", "sid"]

  /// Returns the path with normal percent-encoding, without dot segments (RFC 3986, 5.2.4) and without sessions.
  static func normal(path: String) -> String {
    var segments: [Substring] = []
    var endsInFolder = false
    let written = encoded(path).utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for (index, bytes) in written.enumerated() {
      if index == 0, bytes.isEmpty { continue }
      let segment = withoutSession(Substring(bytes))
      endsInFolder = segment == "." || segment == ".." || segment.isEmpty && index == written.count - 1
      switch segment {
      case ".": break
      case "..": _ = segments.popLast()
      default: if !endsInFolder { segments.append(segment) }
      }
    }
    let path = "/" + segments.joined(separator: "/")
    return endsInFolder && !segments.isEmpty ? path + "/" : path
  }

  /// Returns the query without tracking parameters; nil if nothing is left of it.
  static func normal(query: String) -> String? {
    let items = encoded(query).split(separator: "&").filter { !isTracking($0) }
    return items.isEmpty ? nil : items.joined(separator: "&")
  }

  private static func isTracking(_ item: Substring) -> Bool {
    var name = item.prefix { $0 != "=" }.lowercased()[...]
    // An ampersand that was escaped twice.
    while name.hasPrefix("amp;") { name = name.dropFirst(4) }
    return trackingNames.contains(String(name)) || trackingBeginnings.contains { name.hasPrefix($0) }
  }

  private static func withoutSession(_ segment: Substring) -> Substring {
    guard segment.utf8.contains(UInt8(ascii: ";")) else { return segment }
    let parts = segment.split(separator: ";", omittingEmptySubsequences: false)
    let kept = parts.enumerated().filter { index, part in
      index == 0 || !sessionNames.contains(part.prefix { $0 != "=" }.lowercased())
    }
    return kept.count == parts.count ? segment : Substring(kept.map(\.element).joined(separator: ";"))
  }

  /// Escapes what a URL must escape, with upper-case digits, and resolves the escapes of characters that never need one
  /// (RFC 3986, 6.2.2). A `%` without two digits is escaped, so that the result has one meaning.
  private static func encoded(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard !bytes.allSatisfy({ $0.isURLUnreserved || plain.contains($0) }) else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if let byte = PercentEncoding.escapedByte(in: bytes, at: index) {
        byte.isURLUnreserved ? result.append(byte) : PercentEncoding.append(byte, to: &result)
        index += 3
      } else {
        let byte = bytes[index]
        byte.isURLUnreserved || plain.contains(byte)
          ? result.append(byte) : PercentEncoding.append(byte, to: &result)
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The characters that `Site.url(of:)` leaves as they are, beside letters and digits.
  private static let plain = Array("/?:@!$&'()*+,;=[]".utf8)
}
