/// The result of geocoding venues for some time.
public struct GeocodingReport: Equatable, Sendable {
  /// The venues whose address a provider was asked for: found, missed and failed ones.
  public var lookedUp = 0
  /// The venues that have coordinates from it.
  public var found = 0
  /// The venues for which the provider has no place, or none that can be believed.
  public var missed = 0
  /// The venues for which the provider gave no usable response. They are asked for again by the next run.
  public var failed = 0
  /// True if time was short: another call goes on. False if the rest waits for the next run, as the notes say.
  public var more = false
  /// Sentences for a person. They have no key.
  public var notes: [String] = []

  public init() {}
}
