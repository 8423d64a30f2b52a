/// An event that starts a run of a dataset, by the section `trigger` of its definition.
public enum DatasetTrigger: Equatable, Sendable {
  /// An object that is created in a bucket, under a key that begins with `prefix`. The object itself has its key there.
  case object(bucket: String, prefix: String)
  /// An event of EventBridge's default bus.
  case event(source: String, detailType: String)

  /// The names of the section's `kind`.
  enum Kind: String, CaseIterable {
    case s3, event
  }

  /// - Parameter section: an element of `trigger`, which was checked; nil for one that the checker would not accept.
  init?(_ section: Section) {
    switch section.text("kind").flatMap({ Kind(rawValue: $0) }) {
    case .s3:
      guard let bucket = section.text("bucket") else { return nil }
      self = .object(bucket: bucket, prefix: section.text("prefix") ?? "")
    case .event:
      guard let source = section.text("source"), let type = section.text("detail_type") else { return nil }
      self = .event(source: source, detailType: type)
    case nil: return nil
    }
  }

  /// True if this trigger is also met by everything that the other one stands for: a longer prefix, an object, an event.
  public func covers(_ other: DatasetTrigger) -> Bool {
    switch (self, other) {
    case (.object(let bucket, let prefix), .object(let other, let key)):
      bucket == other && key.utf8.starts(with: prefix.utf8)
    case (.event, .event): self == other
    default: false
    }
  }
}

extension DatasetTrigger: CustomStringConvertible {
  public var description: String {
    switch self {
    case .object(let bucket, let key): "s3://\(bucket)/\(key)"
    case .event(let source, let type): "\(type) of \(source)"
    }
  }
}
