extension [String: String] {
  /// Returns the value of a variable, nil if it is missing or empty.
  func nonEmpty(_ name: String) -> String? {
    self[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
