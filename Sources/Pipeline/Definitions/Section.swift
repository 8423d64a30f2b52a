import YAML

/// A section of a definition, whose values were checked against its form. Reading a key of another type than its form's is
/// an error of the program.
public struct Section: Sendable, Equatable {
  public indirect enum Value: Sendable, Equatable {
    /// Texts, integers, numbers, flags and choices.
    case scalar(String)
    case list([Value])
    case section(Section)
  }

  /// The plugin's name; nil for a section without `plugin`.
  public let plugin: String?
  /// The values by their keys, in the order of the file.
  public let values: [(key: String, value: Value)]
  /// The file, line and key for messages: `datasets/x/dataset.yaml:12: extract`.
  public let place: String

  public init(plugin: String? = nil, values: [(key: String, value: Value)] = [], place: String = "") {
    self.plugin = plugin
    self.values = values
    self.place = place
  }

  public static func == (left: Section, right: Section) -> Bool {
    left.plugin == right.plugin && left.values.elementsEqual(right.values, by: ==)
  }

  public var keys: [String] { values.map(\.key) }
  public subscript(key: String) -> Value? { values.first { $0.key == key }?.value }

  /// A text; nil if the key is missing.
  public func text(_ key: String) -> String? { if case .scalar(let text)? = self[key] { text } else { nil } }
  public func integer(_ key: String) -> Int? { text(key).flatMap { Int($0) } }
  public func number(_ key: String) -> Double? { text(key).flatMap { Double($0) } }
  public func flag(_ key: String) -> Bool? { text(key).map { $0 == "true" } }

  /// The section of a key; nil if it is missing.
  public func section(_ key: String) -> Section? { if case .section(let section)? = self[key] { section } else { nil } }

  /// The elements of a list, or the one value that stands for it; empty if the key is missing.
  public func list(_ key: String) -> [Value] {
    switch self[key] {
    case .list(let values)?: values
    case let value?: [value]
    case nil: []
    }
  }

  /// The texts of a list.
  public func texts(_ key: String) -> [String] { list(key).compactMap(\.text) }
  /// The sections of a list.
  public func sections(_ key: String) -> [Section] { list(key).compactMap(\.section) }
}

extension Section.Value {
  public var text: String? { if case .scalar(let text) = self { text } else { nil } }
  public var section: Section? { if case .section(let section) = self { section } else { nil } }
}
