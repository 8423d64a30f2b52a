import Compression
import FoundationEssentials
import HTTP
import Text
import WARC

extension PageResponse {
  /// False for an HTML page that may have been cut: it has no `</html>`, although it has `<html>`, or nothing else shows
  /// where it ends.
  ///
  /// A length, a chunked coding, and the end of a compressed stream show it; but a program between the site and this one
  /// may have cut the page before it counted. Archives of earlier versions hold bodies that libcurl decompressed, which
  /// accepts a compressed stream without its end.
  var isWhole: Bool {
    guard mayBeHTML, (200..<300).contains(status), !body.isEmpty else { return true }
    let bytes = Array(body)
    // The end tag is near the end.
    return Self.holds("</html".utf8.reversed(), bytes.reversed())
      || isDelimited && !Self.holds(Array("<html".utf8), bytes.prefix(4096))
  }

  /// True for an HTML page, also one without a media type.
  private var mayBeHTML: Bool { isHTML || contentType == nil && looksLikeHTML }

  /// True if something else than the end of the connection shows where the body ends.
  var isDelimited: Bool {
    let isCoded = !ContentCodings(headers.list("Content-Encoding") ?? "").isEmpty
    let wasDecodedByCurl = headers["\(WARCResponse.renamed)Content-Encoding"] != nil
    return isCoded || !wasDecodedByCurl && ["", WARCResponse.renamed].contains { headers.delimitBody(namedWith: $0) }
  }

  /// True if the body of a response without a media type begins like HTML (https://mimesniff.spec.whatwg.org, 7.1).
  private var looksLikeHTML: Bool {
    let isMarked = body.starts(with: [0xEF, 0xBB, 0xBF])
    let start = body.dropFirst(isMarked ? 3 : 0).drop { $0 <= 0x20 }.prefix(16).map(\.asciiLowercased)
    return Self.beginnings.contains { start.starts(with: $0) }
  }

  private static let beginnings = [
    "!doctype html", "html", "head", "script", "iframe", "h1", "div", "font", "table", "a ", "style", "title", "b>",
    "body", "br", "p>", "p ", "!--",
  ].map { Array("<\($0)".utf8) }

  /// The same check for a response that has just arrived.
  static func isWhole(_ response: HTTPResponse) -> Bool {
    PageResponse(url: "", status: response.status, headers: response.headers, body: response.body, fetchedAt: Date())
      .isWhole
  }

  /// True if the bytes hold a text, in any case.
  /// - Parameter text: one whose first character occurs in it only once.
  private static func holds(_ text: [UInt8], _ bytes: some Sequence<UInt8>) -> Bool {
    var matched = 0
    for byte in bytes {
      let byte = byte.asciiLowercased
      matched = byte == text[matched] ? matched + 1 : byte == text[0] ? 1 : 0
      if matched == text.count { return true }
    }
    return false
  }
}
