/// A cron expression that cannot be read.
public struct CronError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The field, `day-of-month`, or the two fields of days; nil if the expression as a whole is wrong.
  public let field: String?
  /// The text of the field or of the expression, cut off where it is too long for a message.
  public let value: String
  /// The allowed texts, for a person.
  public let allowed: String

  init(_ field: String?, _ value: some StringProtocol, _ allowed: String) {
    self.field = field
    self.value = value.utf8.count > 60 ? "\(value.prefix(60))…" : String(value)
    self.allowed = allowed
  }

  public var description: String {
    let verb = field?.contains(" and ") == true ? "are" : "is"
    return "\(field ?? "it") \(verb) '\(value)': \(verb == "is" ? "it" : "there") must be \(allowed)"
  }
}
