import Text

/// The targets of a Link header: `<https://x/?page=2>; rel="next", <…>; rel=last` (RFC 8288, 3).
struct LinkHeader {
  private struct Link {
    let target: String
    let relations: [Substring]
  }

  private var links: [Link] = []

  /// - Parameter header: the values of all lines, joined with commas. A part that is not of the form ends the list.
  init(_ header: String) {
    var rest = Array(header.utf8)[...]
    while true {
      rest = rest.drop { $0.isHTTPSpace || $0 == UInt8(ascii: ",") }
      guard rest.first == UInt8(ascii: "<"), let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return }
      let target = String(decoding: rest[rest.startIndex + 1..<end], as: UTF8.self)
      rest = rest[(end + 1)...]
      var relation: String?
      var isOfOther = false
      while let (name, value) = Self.parameter(&rest) {
        // Of several relation types the first counts. A link with an anchor leads from another page.
        if name == "rel" { relation = relation ?? value }
        if name == "anchor" { isOfOther = true }
      }
      if !isOfOther {
        links.append(Link(target: target, relations: (relation ?? "").lowercased().split(separator: " ")))
      }
    }
  }

  /// Returns the target of the first link with a relation, as it is written.
  func target(_ relation: String) -> String? {
    links.first { $0.relations.contains(relation[...]) }?.target
  }

  /// Takes `; name=value`, whose name is returned in lower case.
  private static func parameter(_ rest: inout ArraySlice<UInt8>) -> (name: String, value: String)? {
    var next = rest.drop { $0.isHTTPSpace }
    guard next.first == UInt8(ascii: ";") else { return nil }
    next = next.dropFirst().drop { $0.isHTTPSpace }
    let name = next.prefix { !$0.isHTTPSpace && !"=;,".utf8.contains($0) }
    next = next[name.endIndex...].drop { $0.isHTTPSpace }
    var value: [UInt8] = []
    if next.first == UInt8(ascii: "=") {
      next = next.dropFirst().drop { $0.isHTTPSpace }
      if next.first == UInt8(ascii: "\"") {
        next = next.dropFirst()
        while let byte = next.first, byte != UInt8(ascii: "\"") {
          if byte == UInt8(ascii: "\\") { next = next.dropFirst() }
          if let byte = next.first { value.append(byte) }
          next = next.dropFirst()
        }
        next = next.dropFirst()
      } else {
        value = Array(next.prefix { !$0.isHTTPSpace && !";,".utf8.contains($0) })
        next = next.dropFirst(value.count)
      }
    }
    rest = next
    return (String(decoding: name, as: UTF8.self).lowercased(), String(decoding: value, as: UTF8.self))
  }
}
