import Text
import Time

/// What a site's robots.txt allows us (RFC 9309). Crawl-delay, which is no part of the standard, is read as most do: the
/// seconds between two requests.
package struct RobotsRules: Equatable {
  /// Nobody forbids anything: what holds where there is no robots.txt.
  static let none = RobotsRules()

  private static let maximumBytes = 500 << 10

  private var rules: [RobotsRule] = []
  /// The least time between two requests. At most an hour.
  package private(set) var crawlDelay: Duration?

  private init() {}

  /// - Parameters:
  ///   - text: the file; lines that end beyond its first 500 KiB are left out, as the standard allows.
  ///   - userAgent: our User-Agent; what stands before its first `/` or space is the name that groups are found by.
  package init(_ text: some Sequence<UInt8>, userAgent: String) {
    let name = userAgent.prefix { $0 != "/" && !$0.isWhitespace }.lowercased()
    var groups = Groups(ours: name)
    var bytes = Array(text.prefix(Self.maximumBytes + 1))
    if bytes.count > Self.maximumBytes {
      // Half a line would forbid more than the whole one.
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

  /// Whether we may ask for an address, by its path and query. Of the rules that match it the longest decides; of two
  /// that are as long, the one that allows.
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

  /// The groups that are for us, and those for everybody, each merged into one.
  private struct Groups {
    let ours: String
    var specific: Group?
    var general: Group?
    private var isSpecific = false
    private var isGeneral = false
    private var isAmongAgents = false

    init(ours: String) { self.ours = ours }

    mutating func read(_ key: String, _ value: String) {
      if key == "user-agent" {
        if !isAmongAgents { (isSpecific, isGeneral) = (false, false) }
        isAmongAgents = true
        // A version that follows the name is not part of it.
        let agent = value.prefix { $0 != "/" && !$0.isWhitespace }.lowercased()
        if agent == "*" {
          isGeneral = true
          general = general ?? Group()
        } else if agent == ours {
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
      // RFC 9309, 2.2.4: a line that the standard does not know ends no list of agents. It is for those named by then.
      case "crawl-delay":
        guard let seconds = Double(value), seconds >= 0 else { return }
        change { $0.crawlDelay = max($0.crawlDelay ?? .zero, .seconds(min(seconds, 3600))) }
      // Sitemap and others belong to no group, and end none.
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
