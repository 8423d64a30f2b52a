import Contracts
import JSON
import Text
import Time

/// Google's Geocoding API, with the operator's key (https://developers.google.com/maps/documentation/geocoding). Its
/// responses have status 200 in almost every case, and a status of their own in the body. Its terms allow to store
/// coordinates for 30 days, and `place_id` without a limit.
public final class GoogleGeocoder: Geocoder {
  public static let standardBase = "https://maps.googleapis.com"

  public let provider = GeocodingProvider.google
  /// A request has one address. So many are looked up before they are stored.
  public let batchSize = 25
  private static let path = "/maps/api/geocode/json"

  private let client: ProviderClient
  private let key: String
  private let retrier: Retrier

  /// - Parameters:
  ///   - key: the value of GOOGLE_MAPS_API_KEY.
  ///   - base: the server, without a path.
  public convenience init(key: String, base: String = standardBase, time: any TimeSource = SystemTime()) {
    self.init(key: key, base: base, time: time, random: SystemRandomNumberGenerator())
  }

  init(key: String, base: String, time: any TimeSource, random: any RandomNumberGenerator) {
    self.key = key
    client = ProviderClient(GeocodingProvider.google.title, base: base, time: time, random: random)
    retrier = Retrier(
      Backoff(base: .seconds(1), cap: .seconds(8), maximumAttempts: 4), time: time, random: random)
  }

  /// Statuses of the body that a later attempt may not meet.
  private struct Temporary: Error { let failure: PipelineError }

  public func locate(_ address: PostalAddress, deadline: Deadline) throws(PipelineError) -> GeocodingOutcome {
    do {
      return try retrier.run(
        deadline: deadline, decision: { $0 is Temporary ? .retry() : .giveUp },
        { _ in try ask(address, deadline: deadline) })
    } catch let error as Temporary {
      throw error.failure
    } catch let error as PipelineError {
      throw error
    } catch {
      throw PipelineError(.sourceUnavailable, "\(provider.title): \(type(of: error))")
    }
  }

  private func ask(_ address: PostalAddress, deadline: Deadline) throws -> GeocodingOutcome {
    let parameters = [("address", address.line), ("components", "country:US"), ("key", key)]
    guard let response = try client.json(Self.path, parameters, deadline: deadline) else { return .notAccepted }
    guard let body = response.object, let status = body["status"]?.string else {
      throw client.changed(Self.path, "its response has no status")
    }
    let detail = body["error_message"]?.string.map { ": \(redacted($0))" } ?? ""
    switch status {
    case "OK": return GeocodingOutcome(try matches(body))
    case "ZERO_RESULTS": return .miss
    case "INVALID_REQUEST": return .notAccepted
    case "OVER_QUERY_LIMIT":
      throw Temporary(
        failure: PipelineError(
          .sourceThrottled, "\(provider.title) is over its limit of requests\(detail). The next run tries again"))
    case "OVER_DAILY_LIMIT":
      throw PipelineError(
        .sourceThrottled,
        "\(provider.title) is over the day's limit of GOOGLE_MAPS_API_KEY, or its billing is off\(detail). "
          + "The next run tries again")
    case "REQUEST_DENIED":
      throw PipelineError(
        .sourceRefused,
        "\(provider.title) refuses GOOGLE_MAPS_API_KEY\(detail). Check the key, and that it allows the Geocoding API")
    case "UNKNOWN_ERROR":
      throw Temporary(
        failure: PipelineError(
          .sourceUnavailable, "\(provider.title) fails with UNKNOWN_ERROR\(detail). The next run tries again"))
    default: throw client.changed(Self.path, "its response has an unknown status")
    }
  }

  /// The provider's own words, which may quote the key, also as it stands in the address of the request.
  private func redacted(_ text: String) -> String {
    let spellings = [key, PercentEncoding.encode(key)].filter { !$0.isEmpty }
    let text = spellings.reduce(text) { text, spelling in
      text.split(separator: spelling, omittingEmptySubsequences: false).joined(separator: "…")
    }
    return String(text.prefix(200).map { $0.isNewline ? " " : $0 })
  }

  private func matches(_ body: JSONObject) throws(PipelineError) -> [GeocodingMatch] {
    guard let results = body["results"]?.array, !results.isEmpty else {
      throw client.changed(Self.path, "its response is OK and has no results")
    }
    var matches: [GeocodingMatch] = []
    for result in results {
      guard let match = GoogleResult.match(result) else {
        throw client.changed(Self.path, "a result has no address or no coordinates")
      }
      matches.append(match)
    }
    return matches
  }
}
