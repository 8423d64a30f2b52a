import Contracts

extension Configuration {
  /// Reads a variable that a dataset's definition names. An empty value, and a placeholder such as those in the reference
  /// systems' examples, is as good as none.
  /// - Parameter isSecret: true if the definition names it where a secret may stand: only there the value may come from
  ///   Secrets Manager.
  /// - Returns: nil if it has no value.
  /// - Throws: `ConfigurationInvalid`, or a retryable error, if its secret cannot be read. The message shows no value.
  public func variable(_ name: String, isSecret: Bool) throws(PipelineError) -> String? {
    if let value = value(of: name), !Self.isPlaceholder(value) { return value }
    guard isSecret else {
      guard value(of: "\(name)_SECRET_ARN") == nil else {
        throw PipelineError(
          .configurationInvalid, "\(name)_SECRET_ARN is set, but only a key under auth may name a secret: set \(name)")
      }
      return nil
    }
    return try secretValue(of: name).flatMap { Self.isPlaceholder($0) ? nil : $0 }
  }

  /// True for a text that stands in an example, in place of a value: `your_key`, `YOUR_KEY`, `changeme`, `xxx`.
  public static func isPlaceholder(_ value: String) -> Bool {
    value.hasPrefix("your_") || value.hasPrefix("YOUR_") || ["changeme", "xxx"].contains(value.lowercased())
  }
}
