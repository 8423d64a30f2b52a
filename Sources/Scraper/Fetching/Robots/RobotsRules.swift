/// TEMPORARY until branch `polite` is merged.
struct RobotsRules {
  init(_ text: String, userAgent: String) {}
  static let allowAll = RobotsRules("", userAgent: "")
  func allows(_ path: String) -> Bool { true }
  var crawlDelay: Duration? { nil }
}
