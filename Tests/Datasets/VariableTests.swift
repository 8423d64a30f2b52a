import Contracts
import Datasets
import Definitions
import Foundation
import Settings
import TestSupport
import Testing

@Suite("Variables of a definition")
struct VariableTests {
  private static let plugins = KnownPlugins(extract: [
    PluginForm(
      "api", "An API.",
      SectionForm([
        KeyForm("url", .text(), "The address."), KeyForm("rate", .integer(1...9), "The rate."),
        KeyForm(
          "auth", .section(SectionForm([KeyForm("secret", .text(), isSecret: true, "The key.")])), "Who asks."),
      ]))
  ])
  private static let arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf"
  private static let text = """
    dataset_id: d
    data_type: items
    extract: {plugin: api, url: "https://x/${PLACE:-home}", auth: {secret: "${API_KEY}"}}
    """

  private func definition(
    _ environment: [String: String], _ text: String = text, secret: @escaping (String) throws -> String = { _ in "" }
  ) throws -> Definition {
    try DatasetFixture(["d": text]).catalog(Self.plugins, environment: environment, secret: secret).definition("d")
  }

  private func problem(
    _ environment: [String: String], _ text: String = text, secret: @escaping (String) throws -> String = { _ in "" }
  ) -> PipelineError? {
    #expect(throws: PipelineError.self) { try definition(environment, text, secret: secret) }
  }

  @Test("A value comes from the environment, or else from Secrets Manager, which is asked once (F12)")
  func values() throws {
    let plain = try definition(["API_KEY": "k", "PLACE": "there"])
    #expect(plain.extract.section("auth")?.text("secret") == "k")
    #expect(plain.extract.text("url") == "https://x/there")
    var asked: [String] = []
    let twice = Self.text.replacing("${API_KEY}", with: "${API_KEY}:${API_KEY}")
    let stored = try definition(["API_KEY_SECRET_ARN": Self.arn], twice) {
      asked.append($0)
      return "s\n"
    }
    #expect(stored.extract.section("auth")?.text("secret") == "s:s" && asked == [Self.arn])
    #expect(stored.extract.text("url") == "https://x/home")
    let both = try definition(["API_KEY": "k", "API_KEY_SECRET_ARN": Self.arn]) {
      asked.append($0)
      return "s"
    }
    #expect(both.extract.section("auth")?.text("secret") == "k" && asked.count == 1)
  }

  @Test(
    "A placeholder is as good as no value", arguments: ["", "your_api_key", "YOUR_KEY", "changeme", "CHANGEME", "xxx"])
  func placeholders(value: String) throws {
    let missing =
      "dataset.yaml:3:72: extract.auth.secret: the variable API_KEY has no value: set it, for the local stack before `make up`, or name a secret of Secrets Manager as NAME_SECRET_ARN"
    #expect(problem(["API_KEY": value])?.message.hasSuffix(missing) == true)
    #expect(
      problem(["API_KEY_SECRET_ARN": Self.arn]) { _ in value.isEmpty ? "xxx" : value }?.message.hasSuffix(missing)
        == true)
    // The default counts.
    #expect(try definition(["API_KEY": "k", "PLACE": value]).extract.text("url") == "https://x/home")
  }

  @Test("All problems are in one message, none with a value (F12)")
  func together() {
    let text = Self.text.replacing("plugin: api,", with: "plugin: api, rate: \"${RATE}\",")
    let error = problem(["RATE": "hunter2", "API_KEY_SECRET_ARN": "hunter2"], text)
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.contains("hunter2") == false)
    #expect(
      error?.message.contains("extract.rate: the value of RATE does not fit: it must be an integer from 1 to 9; ")
        == true)
    #expect(error?.message.hasSuffix("extract.auth.secret: API_KEY_SECRET_ARN is not the ARN of a secret") == true)
  }

  @Test("A secret that cannot be read now is retried; one that is refused is a wrong setting")
  func secrets() {
    let later = problem(["API_KEY_SECRET_ARN": Self.arn]) { _ in throw PipelineError(.storageUnavailable, "busy") }
    #expect(later == PipelineError(.storageUnavailable, "API_KEY_SECRET_ARN cannot be read (busy)"))
    let never = problem(["API_KEY_SECRET_ARN": Self.arn]) { _ in throw PipelineError(.configurationInvalid, "denied") }
    #expect(never?.name == .configurationInvalid)
    #expect(never?.message.hasSuffix("extract.auth.secret: API_KEY_SECRET_ARN cannot be read (denied)") == true)
    #expect(
      problem(["API_KEY_SECRET_ARN": Self.arn]) { _ in "" }?.message.hasSuffix("API_KEY_SECRET_ARN is empty") == true)
  }

  @Test("A secret may stand under auth only")
  func places() {
    let elsewhere = Self.text.replacing("PLACE:-home", with: "API_KEY")
    #expect(
      problem(["API_KEY": "k"], elsewhere)?.message
        .hasSuffix("extract.url: API_KEY is a secret, of extract.auth.secret: no other key may name it") == true)
    let fromStore = problem(["API_KEY": "k", "PLACE_SECRET_ARN": Self.arn])
    #expect(
      fromStore?.message.hasSuffix(
        "extract.url: PLACE_SECRET_ARN is set, but only a key under auth may name a secret: set PLACE") == true)
  }

  @Test("The names of a dataset need no values")
  func names() throws {
    let catalog = try DatasetFixture(["d": Self.text])
    #expect(try catalog.catalog(Self.plugins).dataset("d").extractor == "api")
  }
}
