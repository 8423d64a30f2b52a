import Contracts
import Settings
import Text
import Time

/// The settings of geocoding. Their description shows no key.
public struct GeocodingSettings: Sendable, CustomStringConvertible {
  /// The value of GEOCODER.
  public enum Choice: String, Sendable, CaseIterable {
    case census
    case google
    case nominatim
    /// Looks up nothing.
    case none
  }

  public let choice: Choice
  /// The server; nil for the provider's own.
  let base: String?
  private let key: String

  public var description: String { "geocoder \(choice.rawValue)\(base.map { " at \($0)" } ?? "")" }

  /// Reads `GEOCODER`, `GEOCODER_URL` and, for Google only, `GOOGLE_MAPS_API_KEY`. Problems are noted in the configuration.
  public init(from configuration: inout Configuration) {
    let name = configuration.text(.geocoder)
    let known = Choice(rawValue: name)
    if known == nil {
      configuration.report(
        "\(EnvironmentVariable.geocoder.name) must be one of "
          + Choice.allCases.map(\.rawValue).joined(separator: ", "))
    }
    choice = known ?? .none
    var url = configuration.text(.geocoderURL, default: "")
    while url.hasSuffix("/") { url.removeLast() }
    let isGoogle = known == .google
    let value = isGoogle ? configuration.text(.googleMapsKey, default: "") : ""
    key = Configuration.isPlaceholder(value) ? "" : value
    if isGoogle, key.isEmpty {
      configuration.report("\(EnvironmentVariable.googleMapsKey.name) is not set, which GEOCODER=google needs")
    }
    if known == .nominatim, url.isEmpty {
      configuration.report(
        "\(EnvironmentVariable.geocoderURL.name) is not set, which GEOCODER=nominatim needs: the address of your server"
      )
    }
    let problem = choice == .none ? nil : Self.problem(of: url, hasKey: isGoogle)
    // Neither a log nor a message shows an address that is refused: it may have a password.
    base = url.isEmpty || problem != nil || choice == .none ? nil : url
    if let problem { configuration.report("\(EnvironmentVariable.geocoderURL.name) \(problem)") }
  }

  /// Makes the geocoder; nil if nothing is looked up.
  public func geocoder(time: any TimeSource = SystemTime()) -> (any Geocoder)? {
    switch choice {
    case .census: CensusGeocoder(base: base ?? CensusGeocoder.standardBase, time: time)
    case .google: GoogleGeocoder(key: key, base: base ?? GoogleGeocoder.standardBase, time: time)
    case .nominatim: base.map { NominatimGeocoder(base: $0, time: time) }
    case .none: nil
    }
  }

  /// Returns why an address cannot be used.
  private static func problem(of url: String, hasKey: Bool) -> String? {
    guard !url.isEmpty else { return nil }
    guard let host = host(of: url), !url.contains(where: { "?# ".contains($0) || $0.isNewline }) else {
      return "must be http:// or https://, a host and maybe a path"
    }
    let name = host.hasSuffix(".") ? String(host.dropLast()) : host
    if name == "openstreetmap.org" || name.hasSuffix(".openstreetmap.org") {
      return
        "is \(name), whose policy forbids regular and bulk use: set up a server of your own, or use GEOCODER=census"
    }
    if url.contains("@") { return "has a user or a password, which messages would show: leave out what is before @" }
    if hasKey, url.lowercased().hasPrefix("http://"), !host.isLoopbackHost {
      return "begins with http://, which would send GOOGLE_MAPS_API_KEY in clear: use https://"
    }
    return nil
  }

  /// Returns the host in lower case, without port and user.
  private static func host(of url: String) -> String? {
    let lower = url.lowercased()
    guard let scheme = ["https://", "http://"].first(where: lower.hasPrefix) else { return nil }
    let authority = lower.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "\\" }
    let server = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority
    let host =
      server.hasPrefix("[") ? server.dropFirst().prefix { $0 != "]" } : server.prefix { $0 != ":" }
    return host.isEmpty ? nil : String(host)
  }
}
