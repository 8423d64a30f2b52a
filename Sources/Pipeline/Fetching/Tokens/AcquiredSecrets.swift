/// The secrets that a source has issued since the program started, such as access tokens. They are kept after their end, since
/// a late response may still repeat one.
///
/// It has no lock: a source, its redactors and everything that they write belong to one thread.
final class AcquiredSecrets: @unchecked Sendable {
  /// The tokens of a function that lives for a day.
  private static let maximumCount = 32

  private(set) var spellings: [SecretSpellings] = []
  private var values: [String] = []

  /// Adds a secret, from now on unknown to every output.
  func add(_ secret: String) {
    guard Redactor.mayReplace(secret), !values.contains(secret) else { return }
    values = [secret] + values.prefix(Self.maximumCount - 1)
    spellings = values.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }.map(SecretSpellings.init)
  }
}
