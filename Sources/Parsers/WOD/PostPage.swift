import Contracts
import JSON
import Processing

/// The posts of one response of WordPress' REST API: a list, or a post by itself.
struct PostPage {
  /// The elements, also those that are no objects.
  let posts: [JSONValue]
  private let source: [UInt8]
  private let isList: Bool

  /// - Throws: `SourceChanged` for a text that is not JSON, and for JSON that has no posts.
  init(_ body: RawBody) throws(PipelineError) {
    let document: JSONValue
    do throws(JSONError) { document = try JSONValue(parsing: body.bytes) } catch {
      throw PipelineError(.sourceChanged, "\(body.address) is not JSON: \(error)")
    }
    source = body.bytes
    if let list = document.array {
      (posts, isList) = (list, true)
      return
    }
    isList = false
    if document.object?["content"] != nil {
      posts = [document]
      return
    }
    let code = document.object?["code"]?.string ?? document.kind
    // What is behind the last page.
    guard !code.hasSuffix("invalid_page_number") else {
      posts = []
      return
    }
    let message = document.object?["message"]?.string ?? ""
    throw PipelineError(
      .sourceChanged,
      "\(body.address) has no posts of WordPress: it answers \(code.prefix(80))\(message.isEmpty ? "" : ": \(message.prefix(200))"). "
        + "Open the address, and see whether extract.url is that of its posts")
  }

  /// The places of the posts' bytes, as they were received.
  func ranges() -> [Range<Int>] {
    // The text was parsed, so that brackets and commas are where they must be.
    var start = skipSpace(from: source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
    if isList { start = skipSpace(from: start + 1) }
    return posts.map { _ in
      let range = start..<end(of: start)
      start = skipSpace(from: skipSpace(from: range.upperBound) + 1)
      return range
    }
  }

  private func end(of start: Int) -> Int {
    var scanner = JSONValueScanner()
    return scanner.end(in: source, from: start) ?? source.count
  }

  private func skipSpace(from start: Int) -> Int {
    var index = start
    while index < source.count, [0x20, 0x09, 0x0A, 0x0D].contains(source[index]) { index += 1 }
    return index
  }
}
