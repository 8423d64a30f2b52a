import Text

/// Reads and changes the query items of an address. All other parts keep their spelling.
package enum QueryItems {
  /// Returns the name of `name=value`, percent-decoded and in lower case.
  package static func name(of item: Substring) -> String {
    PercentEncoding.decode(item.prefix { $0 != "=" }).lowercased()
  }

  /// Returns the address with one item of that name, at the end, which replaces the present ones.
  package static func setting(_ name: String, to value: String, in url: String) -> String {
    let fragment = url.firstIndex(of: "#") ?? url.endIndex
    let mark = url[..<fragment].firstIndex(of: "?") ?? fragment
    let items = url[mark..<fragment].dropFirst().split(separator: "&").filter { item in
      Self.name(of: item) != name.lowercased()
    }
    let query = (items + ["\(PercentEncoding.encode(name))=\(PercentEncoding.encode(value))"]).joined(separator: "&")
    return "\(url[..<mark])?\(query)\(url[fragment...])"
  }
}
