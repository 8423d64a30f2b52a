import Compression
import FoundationEssentials
import HTTP
import Text
import WARC

extension PageResponse {
  /// False for an HTML page that may have been cut: it has no `</html>`, and nothing else shows where it ends.
  ///
  /// A length, a chunked coding, and the end of a compressed stream show it. Archives of earlier versions hold bodies that
  /// libcurl decompressed, which accepts a compressed stream without its end.
  var isWhole: Bool {
    guard isHTML, !body.isEmpty else { return true }
    let isCoded = !ContentCodings(headers.list("Content-Encoding") ?? "").isEmpty
    let wasDecodedByCurl = headers["\(WARCResponse.renamed)Content-Encoding"] != nil
    let isDelimited = isCoded || !wasDecodedByCurl && Self.delimiters.contains { headers[$0] != nil }
    return isDelimited || Self.hasEnd(body)
  }

  private static let delimiters = ["Content-Length", "Transfer-Encoding"].flatMap {
    [$0, "\(WARCResponse.renamed)\($0)"]
  }

  /// The same check for a response that has just arrived.
  static func isWhole(_ response: HTTPResponse) -> Bool {
    PageResponse(url: "", status: response.status, headers: response.headers, body: response.body, fetchedAt: Date())
      .isWhole
  }

  /// True if the page has the end tag of its root element, in any case.
  private static func hasEnd(_ body: Data) -> Bool {
    let bytes = Array(body)
    let tag = Array("</html".utf8)
    return bytes.indices.reversed().contains { start in
      bytes[start] == tag[0] && bytes[start...].prefix(tag.count).map(\.asciiLowercased) == tag
    }
  }
}
