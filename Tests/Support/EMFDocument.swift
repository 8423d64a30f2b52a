import Foundation

/// A log line in CloudWatch's embedded metric format, parsed as strictly as its specification allows:
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
public struct EMFDocument {
  /// The reason why a line violates the format.
  public struct Fault: Error, CustomStringConvertible {
    public let description: String
  }

  public let namespace: String
  /// Milliseconds since 1970.
  public let timestamp: Int
  public private(set) var dimensions: [String: String] = [:]
  /// The metrics under each set of dimensions, by the names of the set.
  public private(set) var divisions: [[String]: Set<String>] = [:]
  public private(set) var metrics: [String: Double] = [:]
  public private(set) var units: [String: String] = [:]
  /// The number of metrics in each directive.
  public private(set) var directiveSizes: [Int] = []
  /// The members that are neither metrics nor dimensions.
  public private(set) var properties: [String: Any]

  /// Returns true if a log line is meant to be a metrics line.
  public static func isMeant(_ line: some StringProtocol) -> Bool { line.contains("\"_aws\"") }

  public init(_ line: some StringProtocol) throws {
    func check(_ holds: Bool, _ fault: @autoclosure () -> String) throws {
      guard holds else { throw Fault(description: "\(fault()): \(line.prefix(2000))") }
    }
    try check(!line.utf8.contains { $0 < 0x20 }, "more than one line")
    try check(line.utf8.count <= 256 << 10, "longer than a log event")
    guard let root = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
      let metadata = root["_aws"] as? [String: Any], Set(metadata.keys) == ["Timestamp", "CloudWatchMetrics"],
      let timestamp = metadata["Timestamp"] as? Int,
      let directives = metadata["CloudWatchMetrics"] as? [[String: Any]], !directives.isEmpty
    else { throw Fault(description: "no metadata object: \(line.prefix(2000))") }
    // 2001 to 2128: rejects numbers in seconds or microseconds.
    try check((1_000_000_000_000...5_000_000_000_000).contains(timestamp), "Timestamp is not in milliseconds")
    self.timestamp = timestamp
    namespace = directives[0]["Namespace"] as? String ?? ""
    properties = root
    properties["_aws"] = nil
    for directive in directives {
      try check(Set(directive.keys) == ["Namespace", "Dimensions", "Metrics"], "unexpected members of a directive")
      try check(!namespace.isEmpty && directive["Namespace"] as? String == namespace, "unexpected namespace")
      guard let sets = directive["Dimensions"] as? [[String]], let defined = directive["Metrics"] as? [[String: String]]
      else { throw Fault(description: "malformed Dimensions or Metrics: \(line.prefix(2000))") }
      try check(!sets.isEmpty && sets.allSatisfy { $0.count <= 30 }, "malformed dimension sets")
      for name in sets.joined() {
        let value = root[name] as? String ?? ""
        try check((1...1024).contains(value.utf8.count), "the dimension \(name) has no valid value")
        dimensions[name] = value
        properties[name] = nil
      }
      try check(!defined.isEmpty && defined.count <= 100, "\(defined.count) metrics in a directive")
      directiveSizes.append(defined.count)
      for metric in defined {
        let (name, unit) = (metric["Name"] ?? "", metric["Unit"] ?? "")
        try check(Set(metric.keys) == ["Name", "Unit"] && (1...1024).contains(name.utf8.count), "malformed metric")
        try check(["Count", "Bytes", "Milliseconds"].contains(unit), "unexpected unit of \(name)")
        for set in sets {
          try check(divisions[set, default: []].insert(name).inserted, "\(name) is defined twice for \(set)")
        }
        guard let value = root[name] as? NSNumber else { throw Fault(description: "\(name) has no number") }
        metrics[name] = value.doubleValue
        units[name] = unit
        properties[name] = nil
      }
    }
  }

  /// Returns the documents of a log, in order.
  public static func all(in log: String) throws -> [EMFDocument] {
    try log.split(separator: "\n").filter(isMeant).map { try EMFDocument($0) }
  }
}
