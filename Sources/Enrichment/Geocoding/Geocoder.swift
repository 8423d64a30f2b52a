import Contracts
import Time

/// A provider that finds coordinates of addresses.
public protocol Geocoder: AnyObject {
  /// The provider's name and terms.
  var provider: GeocodingProvider { get }
  /// The number of addresses that are looked up, and stored, at once.
  var batchSize: Int { get }

  /// Looks up one address, with retries.
  /// - Throws: `SourceThrottled` if the provider wants fewer requests, or none until later; `SourceRefused` if it does not
  ///   accept the credentials or has no such service; `SourceChanged` for a response that is not what it should be;
  ///   `SourceUnavailable`; `DeadlineExceeded`. No message has the key.
  func locate(_ address: PostalAddress, deadline: Deadline) throws(PipelineError) -> GeocodingOutcome

  /// Returns true for an address that is looked up together with others. Those of which this is false are given alone,
  /// some at once.
  func takesInBatch(_ address: PostalAddress) -> Bool

  /// Looks up several addresses.
  /// - Returns: the results of the first addresses, in their order. It is shorter than the list if the provider, or the
  ///   time, has given out, or if the provider takes fewer at once: what is missing was not looked up.
  func locate(
    _ addresses: [PostalAddress], deadline: Deadline
  ) -> [Result<GeocodingOutcome, PipelineError>]
}

extension Geocoder {
  public func takesInBatch(_ address: PostalAddress) -> Bool { true }

  /// Looks up addresses one by one.
  public func locate(
    _ addresses: [PostalAddress], deadline: Deadline
  ) -> [Result<GeocodingOutcome, PipelineError>] {
    locateSingly(addresses, deadline: deadline)
  }

  func locateSingly(
    _ addresses: [PostalAddress], deadline: Deadline
  ) -> [Result<GeocodingOutcome, PipelineError>] {
    var results: [Result<GeocodingOutcome, PipelineError>] = []
    var breaker = GeocodingBreaker()
    for address in addresses where !breaker.isOpen && !deadline.hasPassed {
      do throws(PipelineError) {
        results.append(.success(try locate(address, deadline: deadline)))
        breaker.succeed()
      } catch {
        results.append(.failure(error))
        breaker.fail(error)
      }
    }
    return results
  }
}

/// Decides when a provider is not asked any more: at once if it says so itself, else after some failures in a row.
struct GeocodingBreaker {
  /// One address may be the cause of a failure, several in a row are not.
  static let limit = 3

  private(set) var isOpen = false
  private var failures = 0

  mutating func succeed() { failures = 0 }

  mutating func fail(_ error: PipelineError) {
    failures += 1
    switch error.name {
    case .sourceUnavailable, .sourceChanged: isOpen = isOpen || failures >= Self.limit
    default: isOpen = true
    }
  }
}
