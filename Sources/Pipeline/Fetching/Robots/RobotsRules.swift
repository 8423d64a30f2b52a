import Text
import Time

/// The rules of a site's robots.txt for this program (RFC 9309). Crawl-delay, which is not part of the standard, is read
/// as most programs read it: the seconds between two requests.
package struct RobotsRules: Equatable {
  /// The rules of a site without a robots.txt: everything is allowed.
  static let none = RobotsRules()

  private static let maximumBytes = 500 << 10

  private var rules: [RobotsRule] = []
  /// The minimum interval between two requests. At most an hour.
  package private(set) var crawlDelay: Duration?

  private init() {}

  /// - Parameters:
  ///   - text: the file. Lines that end beyond its first 500 KiB are ignored, as the standard allows.
  ///   - userAgent: the User-Agent header. Its part before the first `/` or space is the name that selects a group.
  package init(_ text: some Sequence<UInt8>, userAgent: String) {
    let name = userAgent.prefix { $0 != "/" && !$0.isWhitespace }.lowercased()
    var groups = Groups(name: name)
    var bytes = Array(text.prefix(Self.maximumBytes + 1))
    if bytes.count > Self.maximumBytes {
      // Half a line would forbid more than the whole line.
      bytes.removeSubrange((bytes.lastIndex(where: Self.endsLine) ?? 0)...)
    }
    let isMarked = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    for line in bytes.dropFirst(isMarked ? 3 : 0).split(whereSeparator: Self.endsLine) {
      let line = String(decoding: line.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self)
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].trimming(while: \.isWhitespace)
      groups.read(line[..<colon].trimming(while: \.isWhitespace).lowercased(), String(value))
    }
    guard let group = groups.specific ?? groups.general else { return }
    rules = group.rules
    crawlDelay = group.crawlDelay
  }

  /// True if a text is a robots.txt although its media type says otherwise: its first line that is neither blank nor a
  /// comment is `field: value`, and no line begins with `<`.
  package static func isRules(_ text: some Sequence<UInt8>) -> Bool {
    let bytes = Array(text)
    let isMarked = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let lines = bytes.dropFirst(isMarked ? 3 : 0).split(whereSeparator: endsLine).map { line in
      line.drop { $0.isHTTPSpace }
    }.filter { !$0.isEmpty && $0.first != UInt8(ascii: "#") }
    guard let first = lines.first, let colon = first.firstIndex(of: UInt8(ascii: ":")) else { return false }
    let field = first[..<colon].trimming(while: \.isHTTPSpace)
    return !field.isEmpty && field.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") }
      && !lines.contains { $0.first == UInt8(ascii: "<") }
  }

  /// Returns true if an address may be requested, given by its path and query. The longest matching rule decides; of two
  /// equally long ones, the one that allows.
  package func allows(_ path: String) -> Bool {
    let path = RobotsRule.normalised(path)
    guard path != Array("/robots.txt".utf8) else { return true }
    let deciding = rules.filter { $0.matches(path) }.max {
      ($0.length, $0.allows ? 1 : 0) < ($1.length, $1.allows ? 1 : 0)
    }
    return deciding?.allows ?? true
  }

  private static func endsLine(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  private struct Group {
    var rules: [RobotsRule] = []
    var crawlDelay: Duration?
  }

  /// The groups with this program's name, and the general groups, each merged into one.
  private struct Groups {
    let name: String
    var specific: Group?
    var general: Group?
    private var isSpecific = false
    private var isGeneral = false
    private var isAmongAgents = false

    init(name: String) { self.name = name }

    mutating func read(_ key: String, _ value: String) {
      if key == "user-agent" {
        if !isAmongAgents { (isSpecific, isGeneral) = (false, false) }
        isAmongAgents = true
        // A version after the name is not part of it.
        let agent = value.prefix { $0 != "/" && !$0.isWhitespace }.lowercased()
        if agent == "*" {
          isGeneral = true
          general = general ?? Group()
        } else if agent == name {
          isSpecific = true
          specific = specific ?? Group()
        }
        return
      }
      switch key {
      case "allow", "disallow":
        isAmongAgents = false
        // An empty Disallow forbids nothing.
        guard !value.isEmpty else { return }
        change { $0.rules.append(RobotsRule(value, allows: key == "allow")) }
      // RFC 9309, 2.2.4: a line that is not in the standard does not end a list of agents. It applies to the agents so far.
      case "crawl-delay":
        guard let seconds = Double(value), seconds >= 0 else { return }
        change { $0.crawlDelay = max($0.crawlDelay ?? .zero, .seconds(min(seconds, 3600))) }
      // Sitemap and other lines do not belong to a group, and do not end one.
      default: break
      }
    }

    private mutating func change(_ body: (inout Group) -> Void) {
      if isSpecific, var group = specific {
        body(&group)
        specific = group
      }
      if isGeneral, var group = general {
        body(&group)
        general = group
      }
    }
  }
}
