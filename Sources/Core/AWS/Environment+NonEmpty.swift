extension [String: String] {
  /// The variable's text; nil when it is missing or empty.
  func nonEmpty(_ name: String) -> String? {
    self[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
