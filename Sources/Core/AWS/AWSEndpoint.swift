import Text

/// The address of a service.
struct AWSEndpoint: Equatable, Sendable {
  /// `https` or `http`.
  let scheme: String
  /// The host, with the port if it is not the scheme's default.
  var authority: String
  /// The path prefix of a custom endpoint: `/prefix`, or empty.
  var prefix: String
  /// True if the environment sets the address; false for an address of AWS.
  let isCustom: Bool

  /// Returns the endpoint from `AWS_ENDPOINT_URL_S3` (or the variable of another service), then `AWS_ENDPOINT_URL`, then
  /// the region.
  static func of(_ service: AWSService, region: String, environment: [String: String]) throws(AWSError) -> AWSEndpoint {
    for variable in ["AWS_ENDPOINT_URL_\(service.endpointVariable)", "AWS_ENDPOINT_URL"] {
      guard let url = environment.nonEmpty(variable) else { continue }
      guard let endpoint = AWSEndpoint(url) else {
        throw AWSError(
          .invalidConfiguration, "finding \(service.name)", "\(variable) must be an http or https URL")
      }
      return endpoint
    }
    guard isHostLabel(region) else {
      throw AWSError(
        .invalidConfiguration, "finding \(service.name)",
        "the name of the region may contain only lower-case letters, digits and hyphens")
    }
    let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    return AWSEndpoint(
      scheme: "https", authority: "\(service.endpointPrefix).\(region).\(domain)", prefix: "", isCustom: false)
  }

  private init(scheme: String, authority: String, prefix: String, isCustom: Bool) {
    self.scheme = scheme
    self.authority = authority
    self.prefix = prefix
    self.isCustom = isCustom
  }

  private init?(_ url: String) {
    guard let scheme = ["https", "http"].first(where: { url.hasPrefix("\($0)://") }),
      url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "@") && $0 != UInt8(ascii: "#") })
    else { return nil }
    let address = RequestAddress(url)
    guard !address.host.isEmpty, address.query.isEmpty else { return nil }
    let trailing = address.path.reversed().prefix { $0 == "/" }.count
    self.init(
      scheme: scheme, authority: address.host, prefix: String(address.path.dropLast(trailing)), isCustom: true)
  }

  /// Accepts one label of a host name: lower-case letters, digits and hyphens, with no hyphen at either end.
  static func isHostLabel(_ text: String) -> Bool {
    let isPlain = text.utf8.allSatisfy { byte in
      byte.isASCIIDigit || byte == UInt8(ascii: "-") || (byte.isASCIILetter && byte == byte.asciiLowercased)
    }
    return isPlain && (1...63).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
  }
}
