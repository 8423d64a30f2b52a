import AWS
import ArgumentParser
import Foundation
import Settings
import Time

struct InvokeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invoke", abstract: "Invoke one function with a request, and print its response.",
    discussion: """
      FUNCTION is a product (\(products.keys.sorted().joined(separator: ", "))), or any function's name or ARN. \
      Exit status: 1 if the function reports an error.
      """)

  @Argument(help: "The function.")
  var function: String

  @Argument(help: "A file with the request, a JSON document; - reads the standard input.")
  var event: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    let settings = common.settings()
    let payload = try Self.readEvent(event)
    let session = try settings.session(for: function)
    let response = try withReadableErrors(settings.environment) {
      do {
        return try LambdaClient(session).invoke(
          Self.functionName(function, of: settings.environment[EnvironmentVariable.stateMachine.name]),
          payload: payload,
          deadline: Deadline(after: .seconds(930), on: SystemTime()))
      } catch let error as AWSError where error.kind == .notFound {
        let known = Self.products.keys.sorted().joined(separator: ", ")
        throw CommandError("there is no function '\(function)'; the pipeline's functions are \(known)")
      }
    }
    if response.functionError != nil { throw CommandError(Self.describeError(response.payload)) }
    try Output.lines([Self.pretty(response.payload)], ifLost: "The function has done its work")
  }

  /// The names of the functions on AWS and in the local stack, by their products. A test compares them with
  /// terraform/functions.yaml.
  static let products = [
    "DateRangeGenerator": "festvibes-date-range-generator", "Scraper": "festvibes-scraper",
    "Loader": "festvibes-loader", "CacheManager": "festvibes-cache-manager", "Enricher": "festvibes-enricher",
    "ReadAPI": "festvibes-read-api",
  ]

  /// The products that a deployment may leave out. A test compares them with terraform/functions.yaml.
  static let optionalProducts: Set = ["Enricher", "ReadAPI"]

  /// - Parameter machine: the ARN of the state machine, …:NAME-etl, whose deployment's function it is; nil: `festvibes`
  static func functionName(_ given: String, of machine: String? = nil) -> String {
    guard let name = products[given] else { return given }
    guard let match = machine?.wholeMatch(of: /arn:[^:]+:states:.*:stateMachine:([a-z0-9-]+)-etl/) else { return name }
    return "\(match.1)\(name.trimmingPrefix("festvibes"))"
  }

  /// - Throws: `CommandError` if the file cannot be read or is not JSON. Nothing is sent then.
  static func readEvent(_ path: String) throws -> Data {
    let data: Data
    if path == "-" {
      do { data = try FileHandle.standardInput.readToEnd() ?? Data() } catch {
        throw CommandError("the standard input cannot be read: \((error as NSError).localizedDescription)")
      }
    } else {
      do { data = try Data(contentsOf: URL(filePath: path)) } catch {
        throw CommandError("\(path) cannot be read: \((error as NSError).localizedDescription)")
      }
    }
    guard (try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)) != nil else {
      throw CommandError("\(path == "-" ? "the standard input" : path) is not a JSON document")
    }
    return data
  }

  /// The JSON, indented and with sorted keys; other text as it is.
  static func pretty(_ data: Data) -> String {
    let options: JSONSerialization.WritingOptions = [
      .prettyPrinted, .sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed,
    ]
    guard let object = try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed),
      let text = try? JSONSerialization.data(withJSONObject: object, options: options)
    else { return String(decoding: data, as: UTF8.self) }
    return String(decoding: text, as: UTF8.self)
  }

  static func describeError(_ payload: Data) -> String {
    struct Document: Decodable {
      let errorType: String?
      let errorMessage: String?
    }
    guard let document = try? JSONDecoder().decode(Document.self, from: payload), let message = document.errorMessage
    else { return "the function failed: \(TextWidth.cleaned(String(decoding: payload.prefix(2000), as: UTF8.self)))" }
    return "\(document.errorType ?? "unnamed error"): \(TextWidth.cleaned(message))"
  }
}
