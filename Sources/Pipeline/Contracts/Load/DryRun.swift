/// The result of a dry run: what a load would change.
public struct DryRun: Equatable, Sendable {
  /// A record that a reader of the destination would see added, removed or changed.
  public struct Difference: Equatable, Sendable {
    public enum Change: Equatable, Sendable { case added, removed, changed }

    /// A field with another value.
    public struct Field: Equatable, Sendable {
      public let name: String
      public let before: String
      public let after: String

      public init(name: String, before: String, after: String) {
        self.name = name
        self.before = before
        self.after = after
      }
    }

    public let change: Change
    /// The record in one line, for a person.
    public let label: String
    /// The fields of a changed record that differ.
    public let fields: [Field]

    public init(_ change: Change, label: String, fields: [Field] = []) {
      self.change = change
      self.label = label
      self.fields = fields
    }
  }

  public let report: LoadReport
  public let differences: [Difference]

  public init(report: LoadReport, differences: [Difference]) {
    self.report = report
    self.differences = differences
  }
}
