import Text

/// The sections of one of AWS's shared files, read by the rules of botocore, which reads them with Python's
/// `configparser.RawConfigParser`: https://docs.python.org/3/library/configparser.html#supported-ini-file-structure
///
/// - A key ends at the first `=` or `:`, has no upper case, and may be indented.
/// - A line that is indented deeper than its key continues the key's value. A value that begins on the line after its key
///   is a nested setting (`s3 =`), whose keys are not those of the section.
/// - A line whose first character other than white space is `#` or `;` is a comment. After a value these belong to it.
///
/// botocore refuses a file with a line that fits nowhere, a section or a key that comes twice, or a byte order mark. Here
/// such a line is skipped, the later key counts, and the mark is ignored.
struct ProfileSections {
  /// The sections in the order of the file.
  private(set) var all: [(name: String, settings: [String: String])] = []
  private var key: String?
  private var indent = 0

  init(_ text: String) {
    let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: { ["\n", "\r\n", "\r"].contains($0) }) {
      read(line)
    }
    for index in all.indices {
      // The empty lines before the next key are no part of a value.
      all[index].settings = all[index].settings.mapValues { value in
        value.hasPrefix("\n") ? "" : String(value.trimming(while: \.isWhitespace))
      }
    }
    // The section DEFAULT, in capitals, has the defaults of all others.
    guard let defaults = all.first(where: { $0.name == "DEFAULT" })?.settings else { return }
    all.removeAll { $0.name == "DEFAULT" }
    for index in all.indices { all[index].settings.merge(defaults) { own, _ in own } }
  }

  /// Returns the settings of the last section with a name; nil if there is none.
  subscript(name: String) -> [String: String]? { all.last { $0.name == name }?.settings }

  private mutating func read(_ line: Substring) {
    let content = line.trimming(while: \.isWhitespace)
    guard let first = content.first, first != "#", first != ";" else {
      if content.isEmpty { extend("") }
      return
    }
    let depth = line.prefix(while: \.isWhitespace).count
    if key != nil, depth > indent { return extend(String(content)) }
    indent = depth
    if first == "[", let end = content.lastIndex(of: "]"), end > content.index(after: content.startIndex) {
      open(String(content[content.index(after: content.startIndex)..<end]))
    } else if let delimiter = content.firstIndex(where: { $0 == "=" || $0 == ":" }), !all.isEmpty {
      let name = content[..<delimiter].trimming(while: \.isWhitespace).lowercased()
      guard !name.isEmpty else { return }
      key = name
      all[all.count - 1].settings[name] = String(
        content[content.index(after: delimiter)...].trimming(while: \.isWhitespace))
    }
  }

  private mutating func open(_ name: String) {
    key = nil
    // The settings of a section that comes again are those of both.
    let earlier = all.firstIndex { $0.name == name }.map { all.remove(at: $0).settings }
    all.append((name, earlier ?? [:]))
  }

  /// Appends a line to the value of the current key.
  private mutating func extend(_ line: String) {
    guard let key else { return }
    all[all.count - 1].settings[key]? += "\n\(line)"
  }
}
