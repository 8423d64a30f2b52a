import Contracts
import Settings
import Testing

@testable import Geocoding

@Suite("Settings of geocoding")
struct GeocodingSettingsTests {
  private func read(_ environment: [String: String]) throws -> GeocodingSettings {
    var configuration = Configuration(environment: environment)
    let settings = GeocodingSettings(from: &configuration)
    try configuration.validate()
    return settings
  }

  @Test("choose the provider: the Census without any")
  func providers() throws {
    #expect(try read([:]).geocoder()?.provider == .census)
    #expect(try read(["GEOCODER": "google", "GOOGLE_MAPS_API_KEY": "k"]).geocoder()?.provider == .google)
    #expect(
      try read(["GEOCODER": "nominatim", "GEOCODER_URL": "http://maps.internal/"]).geocoder()?.provider == .nominatim)
    #expect(try read(["GEOCODER": "none", "GEOCODER_URL": "https://nominatim.openstreetmap.org"]).geocoder() == nil)
    #expect(try read(["GEOCODER_URL": "http://127.0.0.1:80/census//"]).base == "http://127.0.0.1:80/census")
  }

  @Test(
    "name what is missing or wrong, without a value",
    arguments: [
      (["GEOCODER": "bing"], "GEOCODER must be one of census, google, nominatim, none"),
      (["GEOCODER": "google"], "GOOGLE_MAPS_API_KEY is not set, which GEOCODER=google needs"),
      (
        ["GEOCODER": "google", "GOOGLE_MAPS_API_KEY": "your_key"],
        "GOOGLE_MAPS_API_KEY is not set, which GEOCODER=google needs"
      ),
      (
        ["GEOCODER": "nominatim"], "GEOCODER_URL is not set, which GEOCODER=nominatim needs: the address of your server"
      ),
      (["GEOCODER_URL": "geocoder:80"], "GEOCODER_URL must be http:// or https://, a host and maybe a path"),
      (["GEOCODER_URL": "http://"], "GEOCODER_URL must be http:// or https://, a host and maybe a path"),
      (["GEOCODER_URL": "https://a/?key=1"], "GEOCODER_URL must be http:// or https://, a host and maybe a path"),
      (
        ["GEOCODER": "google", "GOOGLE_MAPS_API_KEY": "k", "GEOCODER_URL": "http://maps.internal"],
        "GEOCODER_URL begins with http://, which would send GOOGLE_MAPS_API_KEY in clear: use https://"
      ),
    ] as [([String: String], String)])
  func problems(environment: [String: String], message: String) {
    #expect(failure { _ = try read(environment) }?.message == message)
  }

  @Test(
    "refuse the public Nominatim by name",
    arguments: [
      "https://nominatim.openstreetmap.org", "HTTPS://NOMINATIM.OpenStreetMap.org./x",
      "http://me:pw@nominatim.openstreetmap.org:80",
      "https://www.openstreetmap.org",
    ])
  func publicServer(url: String) {
    for geocoder in ["nominatim", "census"] {
      let error = failure { _ = try read(["GEOCODER": geocoder, "GEOCODER_URL": url]) }
      #expect(error?.name == .configurationInvalid)
      #expect(error?.message.contains("policy forbids regular and bulk use") == true)
    }
    let own = failure { _ = try read(["GEOCODER": "nominatim", "GEOCODER_URL": "https://notopenstreetmap.org"]) }
    #expect(own == nil)
  }

  @Test("show no key")
  func description() throws {
    let settings = try read([
      "GEOCODER": "google", "GOOGLE_MAPS_API_KEY": "k-secret", "GEOCODER_URL": "https://maps.internal/x",
    ])
    #expect("\(settings)" == "geocoder google at https://maps.internal/x")
  }

  @Test(
    "refuse a password in an address, which messages would show",
    arguments: ["https://me:pass@maps.internal", "http://pass@maps.internal/x", "https://maps.internal/pass@x"])
  func password(url: String) {
    for geocoder in ["nominatim", "census"] {
      var configuration = Configuration(environment: ["GEOCODER": geocoder, "GEOCODER_URL": url])
      let settings = GeocodingSettings(from: &configuration)
      #expect("\(settings)" == "geocoder \(geocoder)")
      let error = failure { try configuration.validate() }
      #expect(
        error?.message
          == "GEOCODER_URL has a user or a password, which messages would show: leave out what is before @")
    }
  }
}
